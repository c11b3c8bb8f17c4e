/**
 * `npm run bench:viewer [-- --items 20000] [--rounds 5]`: measures the viewer in a real Chromium on one long thread, and writes
 * docs/bench-viewer.md. With options it only prints.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/root.ts";
import { currentLoad } from "./about.ts";
import { count } from "./arguments.ts";
import { measureViewer } from "./viewer/measure.ts";
import { report } from "./viewer/report.ts";

const DEFAULT_ITEMS = 20_000;
const DEFAULT_ROUNDS = 5;

const { values } = parseArgs({ options: { items: { type: "string" }, rounds: { type: "string" } } });
const items = values.items === undefined ? DEFAULT_ITEMS : count("items", values.items);
const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : count("rounds", values.rounds);
const loadBefore = currentLoad();
const text = report({ items, loadBefore, visits: await measureViewer(items, rounds) });
console.log(text);
if (values.items === undefined && values.rounds === undefined)
  writeFileSync(join(ROOT, "docs", "bench-viewer.md"), text);
