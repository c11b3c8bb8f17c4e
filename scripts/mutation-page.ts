/** What is read of Stryker's report (the schema of mutation-testing-elements). */
export interface MutationReport {
  readonly files: Readonly<Record<string, ReportedFile>>;
}

interface ReportedFile {
  readonly source: string;
  readonly mutants: readonly Mutant[];
}

interface Mutant {
  readonly mutatorName: string;
  readonly replacement?: string;
  readonly status: string;
  readonly location: { readonly start: Place; readonly end: Place };
}

/** From 1 on. */
interface Place {
  readonly line: number;
  readonly column: number;
}

const GOAL = 85;
const NOTICED = ["Killed", "Timeout"];
const UNNOTICED = ["Survived", "NoCoverage"];
const LONGEST_TEXT = 70;

/** docs/mutation.md. */
export function mutationPage({ files }: MutationReport): string {
  const all = Object.entries(files).map(([path, file]) => ({ path, ...file }));
  const folders = Map.groupBy(all, ({ path }) => path.split("/").slice(0, 2).join("/"));
  const rows = [...folders].map(([folder, of]) => {
    const mutants = of.flatMap((file) => file.mutants);
    return row(`\`${folder}\`, ${of.length} files`, mutants);
  });
  const total = all.flatMap(({ mutants }) => mutants);
  const survivors = all.flatMap(({ path, source, mutants }) => {
    const unnoticed = mutants.filter(({ status }) => UNNOTICED.includes(status));
    return unnoticed.map((mutant) => `| \`${path}:${mutant.location.start.line}\` | ${change(source, mutant)} |`);
  });
  const verdict = score(total) >= GOAL ? "met" : "missed";
  return `# The last mutation test

Written by \`npm run mutation\`: the code is changed in one place at a time, and the quick tests (vitest.mutation.config.ts) run. A change
that no test notices is a hole in the tests, or changes nothing that can be seen. Changes of what runs once, when a module is loaded, are not
tried: each would take a process of its own. All of it takes some 50 minutes on two cores.

| folder | changes | noticed | not noticed | not tried | score, % |
| --- | --- | --- | --- | --- | --- |
${[...rows, row("in all", total)].join("\n")}

Goal ≥ ${GOAL} %: ${verdict}.

## Not noticed

| where | change |
| --- | --- |
${survivors.join("\n")}
`;
}

function row(name: string, mutants: readonly Mutant[]): string {
  const [noticed, unnoticed] = [count(mutants, NOTICED), count(mutants, UNNOTICED)];
  const rest = mutants.length - noticed - unnoticed;
  return `| ${name} | ${noticed + unnoticed} | ${noticed} | ${unnoticed} | ${rest} | ${score(mutants).toFixed(1)} |`;
}

function score(mutants: readonly Mutant[]): number {
  const noticed = count(mutants, NOTICED);
  return (100 * noticed) / (noticed + count(mutants, UNNOTICED));
}

function count(mutants: readonly Mutant[], statuses: readonly string[]): number {
  return mutants.filter(({ status }) => statuses.includes(status)).length;
}

function change(source: string, { location: { start, end }, replacement = "" }: Mutant): string {
  const lines = source.split("\n").slice(start.line - 1, end.line);
  const last = lines.length - 1;
  const text = lines
    .map((line, n) => line.slice(n === 0 ? start.column - 1 : 0, n === last ? end.column - 1 : undefined))
    .join("\n");
  return `${code(text)} → ${code(replacement)}`;
}

/** On one line of a table, shortened. */
function code(text: string): string {
  const line = text.replaceAll(/\s+/g, " ").replaceAll("|", "\\|").replaceAll("`", "'");
  return `\`${line.length > LONGEST_TEXT ? `${line.slice(0, LONGEST_TEXT)}…` : line}\``;
}
