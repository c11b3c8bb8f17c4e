import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { ROOT } from "./root.ts";

/** The package that brings the published Codex. */
export const CONFORMANCE = join(ROOT, "conformance");

/** Installs the conformance package (some 400 MB) when it is absent or out of date. */
export function installPublishedCodex(): void {
  if (modified("node_modules/.package-lock.json") >= modified("package-lock.json")) return;
  const { status, error } = spawnSync("npm", ["ci", "--prefix", CONFORMANCE], { stdio: "inherit" });
  if (error) throw error;
  if (status !== 0) throw new Error(`npm ci --prefix ${CONFORMANCE} ended with ${status}`);
}

/** The program of the published Codex, and its first arguments. */
export function publishedCodex(): readonly [program: string, ...args: string[]] {
  const { resolve } = createRequire(join(CONFORMANCE, "src", "main.ts"));
  return [process.execPath, resolve("@openai/codex/bin/codex.js")];
}

function modified(file: string): number {
  return statSync(join(CONFORMANCE, file), { throwIfNoEntry: false })?.mtimeMs ?? 0;
}
