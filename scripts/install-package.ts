import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { join } from "node:path";

/** Installs a package of its own folder when it is absent or out of date. */
export function installPackage(folder: string): void {
  if (modified(folder, "node_modules/.package-lock.json") >= modified(folder, "package-lock.json")) return;
  const { status, error } = spawnSync("npm", ["ci", "--prefix", folder], { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ci --prefix ${folder} ended with ${status}`);
}

function modified(folder: string, file: string): number {
  return statSync(join(folder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
