/**
 * `npm run bench:latency [-- --seconds 60] [--per-second 10]...`: measures how long after a line was written its mutations can be read, on
 * the services that the environment names, and writes docs/bench-latency.md. With other options than the defaults it only prints.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/root.ts";
import { currentLoad } from "./about.ts";
import { count } from "./arguments.ts";
import { measure } from "./latency/measure.ts";
import { report } from "./latency/report.ts";

const DEFAULT_SECONDS = 60;
/** An agent that works, and eight that are as busy as can be. */
const DEFAULT_PACES = [10, 50];

const { values } = parseArgs({
  options: { seconds: { type: "string" }, "per-second": { type: "string", multiple: true } },
});
const seconds = values.seconds === undefined ? DEFAULT_SECONDS : count("seconds", values.seconds);
const paces = values["per-second"]?.map((text) => count("per-second", text)) ?? DEFAULT_PACES;
const loadBefore = currentLoad();
const text = report({ seconds, loadBefore, paced: await measure(seconds, paces) });
console.log(text);
if (seconds === DEFAULT_SECONDS && values["per-second"] === undefined)
  writeFileSync(join(ROOT, "docs", "bench-latency.md"), text);
