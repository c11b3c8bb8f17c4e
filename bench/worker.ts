/**
 * `npm run bench:worker [-- --records 400000] [--rounds 3] [--only mix|items|restart|checkpoints]...`: measures the workers on the
 * services that the environment names, and writes docs/bench-worker.md. With other options than the defaults it only prints.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/root.ts";
import { currentLoad } from "./about.ts";
import { count } from "./arguments.ts";
import { measureCheckpoints } from "./worker/checkpoint-bytes.ts";
import { report } from "./worker/report.ts";
import { measureRestarts } from "./worker/restart.ts";
import { measureSpeed, ONLY_ITEMS, REAL_MIX, type Speed } from "./worker/speed.ts";

const PARTS = ["mix", "items", "restart", "checkpoints"] as const;
const DEFAULT_RECORDS = 400_000;
const DEFAULT_ROUNDS = 3;
const RESTART_THREADS = 100_000;
/** Every record of this input costs as much as several of the real mix. */
const ITEMS_SHARE = 2;

const { values } = parseArgs({
  options: { records: { type: "string" }, rounds: { type: "string" }, only: { type: "string", multiple: true } },
});
const records = values.records === undefined ? DEFAULT_RECORDS : count("records", values.records);
const rounds = values.rounds === undefined ? DEFAULT_ROUNDS : count("rounds", values.rounds);
const unknown = values.only?.find((name) => !PARTS.some((part) => part === name));
if (unknown !== undefined) throw new Error(`--only takes ${PARTS.join(", ")}, not ${unknown}`);
const isAsked = (part: (typeof PARTS)[number]): boolean => values.only?.includes(part) ?? true;

const loadBefore = currentLoad();
const speeds: Speed[] = [];
if (isAsked("mix")) speeds.push(await measureSpeed(REAL_MIX, records, rounds));
if (isAsked("items")) speeds.push(await measureSpeed(ONLY_ITEMS, Math.ceil(records / ITEMS_SHARE), rounds));
const restarts = isAsked("restart") ? await measureRestarts(RESTART_THREADS, rounds) : null;
const checkpoints = isAsked("checkpoints") ? await measureCheckpoints() : null;
const text = report({ rounds, loadBefore, speeds, restarts, checkpoints });
console.log(text);
if (values.only === undefined && records === DEFAULT_RECORDS && rounds === DEFAULT_ROUNDS)
  writeFileSync(join(ROOT, "docs", "bench-worker.md"), text);
