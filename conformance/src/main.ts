import { CodexAppServer } from "./codex-app-server.ts";
import { type Group, makeGroup } from "./generator/groups.ts";
import { judge, signatureOf } from "./judge.ts";
import { type Options, readOptions, USAGE, UsageError } from "./options.ts";
import { Random } from "./random.ts";
import { coverageTable, describeFailure, type Failed, keepFailure, repeatCommand } from "./report.ts";
import type { HistoryMode } from "./rollout-file.ts";
import { shrink } from "./shrink.ts";

const BATCH = 200;
const SHRUNK_AT_MOST = 10;

type Tally = { passed: number; unanswered: number; known: number; failed: Failed[]; coverage: Map<string, number> };

async function main(): Promise<boolean> {
  const options = readOptions(process.argv.slice(2));
  console.log(`seed ${options.seed}, ${options.runs} runs, ${options.modes.join(" and ")}${options.choice}`);
  const codex = new CodexAppServer();
  try {
    const tallies: Tally[] = [];
    for (const [index, mode] of options.modes.entries())
      tallies.push(await runMode(options, mode, shareOf(options, index), codex));
    const failed = tallies.flatMap((tally) => tally.failed);
    await explain(options, failed, codex);
    const passed = tallies.reduce((sum, tally) => sum + tally.passed, 0);
    console.log(`${passed} passed, ${failed.length} failed`);
    return failed.length === 0;
  } finally {
    await codex.close();
  }
}

/** The indexes of the runs of one mode. */
function shareOf({ runs, run, modes }: Options, position: number): number[] {
  if (run !== undefined) return [run];
  const share = Math.floor(runs / modes.length) + (position < runs % modes.length ? 1 : 0);
  return Array.from({ length: share }, (_, index) => index);
}

async function runMode(
  options: Options,
  mode: HistoryMode,
  indexes: readonly number[],
  codex: CodexAppServer,
): Promise<Tally> {
  const tally: Tally = { passed: 0, unanswered: 0, known: 0, failed: [], coverage: new Map() };
  const begun = performance.now();
  for (let start = 0; start < indexes.length; start += BATCH) {
    const batch = indexes.slice(start, start + BATCH).map((index) => {
      const made = makeGroup(mode, options.families, new Random(`${options.seed}/${mode}/${index}`));
      return { index, ...made };
    });
    await runBatch(batch, mode, codex, tally);
    const done = Math.min(start + BATCH, indexes.length);
    if (done % 1000 === 0 || done === indexes.length)
      console.log(`${mode}: ${done} of ${indexes.length}, ${tally.failed.length} different`);
  }
  const perSecond = indexes.length / ((performance.now() - begun) / 1000);
  const { passed, unanswered, known, failed, coverage } = tally;
  console.log(
    `${mode}: ${passed} equal, ${failed.length} different, ${known} known, ${unanswered} that Codex does not read; ${perSecond.toFixed(0)} runs/s`,
  );
  console.log(`${mode} ${coverageTable(coverage)}`);
  if (options.keep !== undefined) for (const one of failed) keepFailure(options.keep, one);
  return tally;
}

async function runBatch(
  batch: readonly (Group & { index: number })[],
  mode: HistoryMode,
  codex: CodexAppServer,
  tally: Tally,
): Promise<void> {
  const verdicts = await judge(
    batch.map(({ files }) => files),
    codex,
  );
  for (const [position, { index, files, kinds }] of batch.entries()) {
    for (const kind of kinds) tally.coverage.set(kind, (tally.coverage.get(kind) ?? 0) + 1);
    const verdict = verdicts[position];
    if (verdict?.kind === "different") tally.failed.push({ mode, index, group: files, failure: verdict });
    else if (verdict?.kind === "known") tally.known += 1;
    else if (verdict?.kind === "unanswered") tally.unanswered += 1;
    else tally.passed += 1;
  }
}

/** Shows the differences, one of each kind shrunk, the most frequent kind first. */
async function explain(options: Options, failed: readonly Failed[], codex: CodexAppServer): Promise<void> {
  const kinds = [...Map.groupBy(failed, ({ failure }) => signatureOf(failure)).values()].toSorted(
    (a, b) => b.length - a.length,
  );
  for (const [position, alike] of kinds.entries()) {
    const smallest = alike.reduce((a, b) => (sizeOf(b) < sizeOf(a) ? b : a));
    console.log(`\n${alike.length} × ${signatureOf(smallest.failure)}`);
    if (position < SHRUNK_AT_MOST)
      console.log(describeFailure(options, smallest, await shrink(smallest.group, smallest.failure, codex)));
    else console.log(`  repeat: ${repeatCommand(options, smallest)}`);
  }
}

function sizeOf({ group }: Failed): number {
  return group.reduce((sum, { text }) => sum + text.length, 0);
}

try {
  process.exitCode = (await main()) ? 0 : 1;
} catch (error) {
  if (!(error instanceof UsageError)) throw error;
  console.error(`${error.message}\n${USAGE}`);
  process.exitCode = 2;
}
