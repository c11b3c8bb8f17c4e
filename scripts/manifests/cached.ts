import { existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";

/** Outlives `npm ci`, which empties node_modules. */
const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "thread-history", "manifests");

/** A folder of the cache that `fill` made, now or earlier. One that it did not finish is made again. */
export function cachedFolder(name: string, fill: (folder: string) => void): string {
  const folder = join(CACHE, name);
  const complete = join(folder, ".complete");
  if (existsSync(complete)) return folder;
  console.log(`installing ${name} into ${CACHE}`);
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  fill(folder);
  writeFileSync(complete, "");
  return folder;
}
