/** `npm run simulate:planted`: how many seeds the simulator needs to find each planted defect; writes docs/planted-defects.md. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { DEFECTS } from "../test/simulation/planted/defects.ts";
import { seedsToFind } from "../test/simulation/planted/search.ts";
import { ROOT } from "./root.ts";

const MOST_SEEDS = 10_000;

const rows: string[] = [];
let missed = 0;
for (const defect of DEFECTS) {
  const needed = await seedsToFind(defect, MOST_SEEDS);
  if (needed === null) missed += 1;
  rows.push(`| ${defect.name} | \`src/${defect.file}\` | ${needed ?? "**not found**"} |`);
  console.log(`${defect.name}: ${needed ?? "not found"}`);
}
const text = `# Planted defects

Written by \`npm run simulate:planted\`: the worker with one deliberate defect at a time (test/simulation/planted/defects.ts), and the first
seed of \`npm run simulate\` that finds it, of ${MOST_SEEDS.toLocaleString("en")} tried. ${DEFECTS.length - missed} of ${DEFECTS.length} are found.

| defect | in | first seed |
| --- | --- | --- |
${rows.join("\n")}
`;
writeFileSync(join(ROOT, "docs", "planted-defects.md"), text);
process.exitCode = missed === 0 ? 0 : 1;
