/**
 * `npm run conformance [-- ARGS]`: installs the conformance package when it is absent or out of date (it brings the
 * published Codex, some 400 MB), then runs it with the arguments given.
 */
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./root.ts";

const folder = join(ROOT, "conformance");
if (modified("node_modules/.package-lock.json") < modified("package-lock.json")) npm("ci", "--prefix", folder);
npm("run", "--prefix", folder, "start", "--", ...process.argv.slice(2));

function modified(file: string): number {
  return statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

function npm(...args: readonly string[]): void {
  const { status, error } = spawnSync("npm", args, { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
