import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ROOT } from "./root.ts";
import type { StepResult } from "./run-step.ts";

/** Writes docs/test-long.md: what the last `npm run test:long` gave, when, and with which versions. */
export function keepLongResult(results: readonly StepResult[]): void {
  const rows = results.map(({ step, passed, failed, minutes }) => {
    const outcome = failed === 0 ? "passed" : "**failed**";
    return `| ${step.name} | ${step.what} | ${outcome} | ${passed} | ${failed} | ${minutes.toFixed(1)} |`;
  });
  const text = `# The last long run

Written by \`npm run test:long\`.

| | |
| --- | --- |
| date | ${new Date().toISOString().slice(0, 10)} |
| thread-history | ${packageField("package.json", "version")} |
| Node.js | ${process.version.slice(1)} |
| Codex | ${packageField("conformance/package.json", "devDependencies", "@openai/codex")} |
| cores | ${availableParallelism()} |

| step | what | outcome | passed | failed | minutes |
| --- | --- | --- | --- | --- | --- |
${rows.join("\n")}
`;
  writeFileSync(join(ROOT, "docs/test-long.md"), text);
}

function packageField(file: string, ...keys: readonly string[]): string {
  let value: unknown = JSON.parse(readFileSync(join(ROOT, file), "utf8"));
  for (const key of keys) value = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  return typeof value === "string" ? value : "unknown";
}
