/**
 * `npm run bench:read [-- --threads 50000] [--requests 1000]`: measures how long requests to the read model take, on SQLite and on the Postgres
 * that the environment names, and writes docs/bench-read.md. With other options than the defaults it only prints.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/root.ts";
import { STORE_NAMES } from "../test/read-model/support/stores.ts";
import { currentLoad } from "./about.ts";
import { count } from "./arguments.ts";
import { type MeasuredStore, measure } from "./read/measure.ts";
import { report } from "./read/report.ts";

const DEFAULT_THREADS = 50_000;
const DEFAULT_REQUESTS = 1_000;
const ITEMS = 50_000;
const ITEMS_OF_TURN = 50;

const { values } = parseArgs({ options: { threads: { type: "string" }, requests: { type: "string" } } });
const threads = values.threads === undefined ? DEFAULT_THREADS : count("threads", values.threads);
const requests = values.requests === undefined ? DEFAULT_REQUESTS : count("requests", values.requests);
const size = { threads, items: ITEMS, itemsOfTurn: ITEMS_OF_TURN };
const loadBefore = currentLoad();
const stores: MeasuredStore[] = [];
for (const name of STORE_NAMES) stores.push(await measure(name, size, requests));
const text = report({ size, requests, loadBefore, stores });
console.log(text);
if (values.threads === undefined && values.requests === undefined)
  writeFileSync(join(ROOT, "docs", "bench-read.md"), text);
