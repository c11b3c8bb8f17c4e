/**
 * `npm run bench [-- --mb 200] [--rounds 5] [--only legacy|paginated|events]...`: measures everything in one run and writes
 * docs/bench.md. With other options than the defaults it only prints.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/root.ts";
import { count } from "./arguments.ts";
import { eventCosts } from "./per-event.ts";
import { type FileResult, report } from "./report.ts";
import { benchRollout } from "./rollouts.ts";
import { measureSpeed } from "./speed.ts";

const PARTS = ["legacy", "paginated", "events"] as const;
const DEFAULT_MEGABYTES = 200;
const DEFAULT_ROUNDS = 5;

const { values } = parseArgs({
  options: { mb: { type: "string" }, rounds: { type: "string" }, only: { type: "string", multiple: true } },
});
const megabytes = values.mb === undefined ? DEFAULT_MEGABYTES : count("mb", values.mb);
const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : count("rounds", values.rounds);
const unknown = values.only?.find((name) => !PARTS.some((part) => part === name));
if (unknown !== undefined) throw new Error(`--only takes ${PARTS.join(", ")}, not ${unknown}`);
const parts = PARTS.filter((part) => values.only?.includes(part) ?? true);

const files: FileResult[] = [];
for (const mode of parts) {
  if (mode === "events") continue;
  const rollout = benchRollout(mode, megabytes);
  files.push({ rollout, rounds, measured: await measureSpeed(rollout, megabytes, rounds) });
}
const text = report(files, parts.includes("events") ? eventCosts() : []);
console.log(text);
if (values.only === undefined && megabytes === DEFAULT_MEGABYTES && rounds === DEFAULT_ROUNDS)
  writeFileSync(join(ROOT, "docs", "bench.md"), text);
