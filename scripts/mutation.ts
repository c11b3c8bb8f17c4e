/**
 * `npm run mutation [-- FOLDER...]`: changes the core and the worker in one place at a time (Stryker), and counts the changes that no
 * test notices. Takes hours for all; of a folder alone (`src/projections`) it only prints. Of all it writes docs/mutation.md.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackage } from "./install-package.ts";
import { type MutationReport, mutationPage } from "./mutation-page.ts";
import { ROOT } from "./root.ts";

const PACKAGE = join(ROOT, "mutation");
const REPORT = join(ROOT, ".stryker", "report.json");

const folders = process.argv.slice(2);
installPackage(PACKAGE);
const chosen = folders.flatMap((folder) => ["--mutate", `${folder}/**/*.ts,!${folder}/**/*.spec.ts`]);
const stryker = join(PACKAGE, "node_modules", ".bin", "stryker");
const config = join("mutation", "stryker.config.json");
const { status, error } = spawnSync(stryker, ["run", config, ...chosen], { cwd: ROOT, stdio: "inherit" });
if (error) throw error;
if (status !== 0) throw new Error(`stryker ended with ${status}`);
const report = JSON.parse(readFileSync(REPORT, "utf8")) as MutationReport;
const page = mutationPage(report);
console.log(page);
if (folders.length === 0) writeFileSync(join(ROOT, "docs", "mutation.md"), page);
