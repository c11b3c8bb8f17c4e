/**
 * `npm run bench:ship [-- --gigabytes 1] [--files 50000] [--rounds 3]`: measures shipping on the services that the environment names, and
 * writes docs/bench-ship.md. With other options than the defaults it only prints.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/root.ts";
import { currentLoad } from "./about.ts";
import { count } from "./arguments.ts";
import { measureMemory } from "./ship/memory.ts";
import { report } from "./ship/report.ts";
import { measureSpeed } from "./ship/speed.ts";
import { measureStart } from "./ship/start.ts";

const DEFAULTS = { gigabytes: 1, files: 50_000, rounds: 3 };

const { values } = parseArgs({
  options: { gigabytes: { type: "string" }, files: { type: "string" }, rounds: { type: "string" } },
});
const asked = {
  ...DEFAULTS,
  ...Object.fromEntries(Object.entries(values).map(([name, text]) => [name, count(name, text)])),
};
const loadBefore = currentLoad();
const speeds = await measureSpeed(asked.rounds);
const memory = await measureMemory(asked.gigabytes);
const start = await measureStart(asked.files);
const text = report({ rounds: asked.rounds, loadBefore, speeds, memory, start });
console.log(text);
if (Object.keys(values).length === 0) writeFileSync(join(ROOT, "docs", "bench-ship.md"), text);
