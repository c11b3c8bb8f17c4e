/**
 * `npm run mutation [-- GLOB...]`: changes the core and the worker in one place at a time (Stryker), and tells the changes that no test
 * notices; writes docs/mutation.md. All of it takes an hour on two cores: it can be done in parts (`-- 'src/worker/*.ts'`), since what was
 * found before stays in `.stryker`, and what did not change is not tried again.
 */
import { spawnSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackage } from "./install-package.ts";
import { type MutationReport, mutationPage } from "./mutation-page.ts";
import { ROOT } from "./root.ts";

const PACKAGE = join(ROOT, "mutation");
const REPORT = join(ROOT, ".stryker", "report.json");

installPackage(PACKAGE);
const globs = process.argv.slice(2);
const mutate = globs.length === 0 ? [] : ["--mutate", [...globs, "!src/**/*.spec.ts"].join(",")];
const stryker = join(PACKAGE, "node_modules", ".bin", "stryker");
const config = join("mutation", "stryker.config.json");
const { status, error } = spawnSync(stryker, ["run", config, ...mutate], { cwd: ROOT, stdio: "inherit" });
if (error) throw error;
if (status !== 0) throw new Error(`stryker ended with ${status}`);
const report = JSON.parse(readFileSync(REPORT, "utf8")) as MutationReport;
writeFileSync(join(ROOT, "docs", "mutation.md"), mutationPage(report));
