import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { ROOT } from "./root.ts";
import type { StepResult } from "./run-step.ts";
import type { Step } from "./steps.ts";

const PAGE = join(ROOT, "docs", "test-long.md");

/** Writes into docs/test-long.md what the steps of `npm run test:long` gave, when, and on what; other steps keep their last result. */
export function keepLongResult(results: readonly StepResult[], order: readonly Step[]): void {
  const rows = new Map([...rowsOfPage(), ...results.map((result) => [result.step.name, rowOf(result)] as const)]);
  const known = order.flatMap(({ name }) => rows.get(name) ?? []);
  writeFileSync(
    PAGE,
    `# The last long run

Written by \`npm run test:long\`, step by step, on ${availableParallelism()} cores with Node.js ${process.version.slice(1)} and Codex ${codexVersion()}.

| step | what | date | outcome | passed | failed | minutes |
| --- | --- | --- | --- | --- | --- | --- |
${known.join("\n")}
`,
  );
}

function rowOf({ step: { name, what }, passed, failed, minutes }: StepResult): string {
  const date = new Date().toISOString().slice(0, 10);
  const outcome = failed === 0 ? "passed" : "**failed**";
  return `| ${name} | ${what} | ${date} | ${outcome} | ${passed} | ${failed} | ${minutes.toFixed(1)} |`;
}

/** The rows that are there, by their steps. */
function rowsOfPage(): [step: string, row: string][] {
  if (!existsSync(PAGE)) return [];
  const rows = readFileSync(PAGE, "utf8").matchAll(/^\| (?<step>[\w-]+) \|.*\d \|$/gm);
  return [...rows].map(({ 0: row, groups }) => [groups?.step ?? "", row]);
}

function codexVersion(): string {
  const { devDependencies } = JSON.parse(readFileSync(join(ROOT, "conformance", "package.json"), "utf8")) as {
    readonly devDependencies: Readonly<Record<string, string>>;
  };
  return devDependencies["@openai/codex"] ?? "unknown";
}
