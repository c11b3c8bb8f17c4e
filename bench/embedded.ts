/**
 * `npm run bench:embedded [-- --mb 1000] [--rounds 1]`: measures the embedded mode beside Codex's own import. With --mb 1000 it
 * writes docs/bench-embedded.md; that takes a quarter of an hour.
 */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "../scripts/root.ts";
import { count } from "./arguments.ts";
import { BenchFolder } from "./embedded/folder.ts";
import { importing, migrating } from "./embedded/import.ts";
import { report } from "./embedded/report.ts";
import { serving } from "./embedded/serving.ts";
import type { Usage } from "./processes.ts";

const DEFAULT_MEGABYTES = 40;
/** What the goal is about. */
const WRITTEN_MEGABYTES = 1_000;

const { values } = parseArgs({ options: { mb: { type: "string" }, rounds: { type: "string" } } });
const megabytes = values.mb === undefined ? DEFAULT_MEGABYTES : count("mb", values.mb);
const rounds = values.rounds === undefined ? 1 : count("rounds", values.rounds);

using folder = new BenchFolder(megabytes);
const imports: Usage[] = [];
const migrations: Usage[] = [];
for (let round = 0; round < rounds; round++) {
  imports.push(await importing(folder));
  console.error(`round ${round + 1}: start --once ${imports.at(-1)?.wallSeconds.toFixed(1)} s`);
  migrations.push(await migrating(folder));
  console.error(`round ${round + 1}: migrate-rollouts ${migrations.at(-1)?.wallSeconds.toFixed(1)} s`);
}
const { bytes, threads } = folder;
const text = report({ bytes, threads, imports, migrations, serving: await serving(folder) });
console.log(text);
if (megabytes >= WRITTEN_MEGABYTES) writeFileSync(join(ROOT, "docs", "bench-embedded.md"), text);
