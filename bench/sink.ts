/**
 * `npm run bench:sink [-- --records 400000] [--rounds 3]`: measures `sink postgres` against COPY of the same rows, on the services that
 * the environment names, and writes docs/bench-sink.md. With other options than the defaults it only prints.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/root.ts";
import { currentLoad } from "./about.ts";
import { count } from "./arguments.ts";
import { measure } from "./sink/measure.ts";
import { report } from "./sink/report.ts";

const DEFAULT_RECORDS = 400_000;
const DEFAULT_ROUNDS = 3;

const { values } = parseArgs({ options: { records: { type: "string" }, rounds: { type: "string" } } });
const records = values.records === undefined ? DEFAULT_RECORDS : count("records", values.records);
const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : count("rounds", values.rounds);
const loadBefore = currentLoad();
const text = report({ records, loadBefore, measured: await measure(records, rounds) });
console.log(text);
if (values.records === undefined && values.rounds === undefined)
  writeFileSync(join(ROOT, "docs", "bench-sink.md"), text);
