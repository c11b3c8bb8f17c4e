import { createRequire } from "node:module";
import { join } from "node:path";
import { installPackage } from "./install-package.ts";
import { ROOT } from "./root.ts";

/** The package that brings the published Codex. */
export const CONFORMANCE = join(ROOT, "conformance");

/** Some 400 MB. */
export function installPublishedCodex(): void {
  installPackage(CONFORMANCE);
}

/** The program of the published Codex, and its first arguments. */
export function publishedCodex(): readonly [program: string, ...args: string[]] {
  const { resolve } = createRequire(join(CONFORMANCE, "src", "main.ts"));
  return [process.execPath, resolve("@openai/codex/bin/codex.js")];
}
