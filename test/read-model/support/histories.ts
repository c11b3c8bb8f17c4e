import fc from "fast-check";
import { stringify } from "../../../src/json/index.ts";
import { ThreadProjector } from "../../../src/projections/index.ts";
import { RowBatch } from "../../../src/read-model/index.ts";
import { timestampOf } from "../../support/story.ts";
import { observedLines, type TestRollout } from "../../support/threads.ts";

/** A rollout of some thread, and where in another one it goes on from (paginated §3.5). */
export interface LineageRollout extends TestRollout {
  readonly threadId: string;
  readonly base: { readonly rollout: LineageRollout; readonly cut: number } | null;
  /** Ordinal of the first line. */
  readonly start: number;
}

const OBSERVERS = ["thread-item", "turn-summary", "lifecycle"] as const;

/** What the mutations of threads come to, their rollouts in the order given, as one partition of the input would hold them. */
export function batchOf(rollouts: readonly LineageRollout[]): RowBatch {
  const batch = new RowBatch();
  let offset = 0;
  for (const [threadId, own] of Map.groupBy(rollouts, (rollout) => rollout.threadId)) {
    const projector = new ThreadProjector(OBSERVERS);
    for (const line of observedLines(threadId, own)) {
      for (const mutation of projector.project(line)) batch.add(mutation, offset);
      offset += 1;
    }
  }
  return batch;
}

interface Step {
  readonly type: "start" | "complete" | "abort" | "question" | "answer" | "words" | "neutral";
  readonly turn: number;
}

const step: fc.Arbitrary<Step> = fc.record({
  type: fc.constantFrom("start", "start", "complete", "abort", "question", "answer", "words", "words", "neutral"),
  turn: fc.nat(5),
});

interface Growth {
  /** Which of the rollouts made so far it goes on from, and after how many of the lines that it shows. */
  readonly from: number;
  readonly cut: number;
  readonly isFork: boolean;
  readonly steps: readonly Step[];
}

const growth: fc.Arbitrary<Growth> = fc.record({
  from: fc.nat(9),
  cut: fc.nat(40),
  isFork: fc.boolean(),
  steps: fc.array(step, { maxLength: 12, size: "max" }),
});

/** A thread with forks and reverts of it, and of these. The first rollout is nobody's fork. */
export const families: fc.Arbitrary<readonly LineageRollout[]> = fc
  .tuple(fc.array(step, { maxLength: 20, size: "max" }), fc.array(growth, { maxLength: 5 }))
  .map(([steps, growths]) => {
    const rollouts = [rolloutOf({ n: 0, base: null, reverts: null }, steps)];
    for (const { from, cut, isFork, steps: more } of growths) {
      const newest = newestOf(rollouts);
      const source = newest[from % newest.length];
      if (source === undefined) continue;
      const reverts = isFork ? null : source.threadId;
      rollouts.push(rolloutOf({ n: rollouts.length, base: cutOf(source, cut), reverts }, more));
    }
    return rollouts;
  });

/** The rollout by which each thread shows now. */
export function newestOf(rollouts: readonly LineageRollout[]): LineageRollout[] {
  return [...new Map(rollouts.map((rollout) => [rollout.threadId, rollout])).values()];
}

/** The rollout of a lineage in which a cut falls. A first line, which names the base, is not cut off. */
function cutOf(source: LineageRollout, lines: number): NonNullable<LineageRollout["base"]> {
  const cut = Math.min(lines, source.start + source.lines.length);
  const { base, start } = source;
  if (base !== null && cut <= start) return cutOf(base.rollout, Math.min(cut, base.cut));
  return { rollout: source, cut: Math.max(cut, start + 1) };
}

interface Beginning {
  readonly n: number;
  readonly base: LineageRollout["base"];
  /** Of a revert: the thread that it is one of. */
  readonly reverts: string | null;
}

function rolloutOf({ n, base, reverts }: Beginning, steps: readonly Step[]): LineageRollout {
  const rolloutId = `01900000-0000-7000-8000-00000000000${n}`;
  const threadId = reverts ?? rolloutId;
  const start = base?.cut ?? 0;
  // A fork may name turns of its base, and a revert only its own: Codex has a row of each rollout's, and the store one.
  const named = (turn: number): string => (reverts === null ? `turn-${turn}` : `turn-${turn} of ${n}`);
  const bodies = [
    session(threadId, base, reverts === null),
    ...steps.map((of, at) => ({ type: "event_msg", payload: payloadOf(of.type, named(of.turn), `${n}-${at}`) })),
  ];
  const lines = bodies.map((body, at) => stringify({ timestamp: timestampOf(at), ordinal: start + at, ...body }));
  return { threadId, rolloutId, base, start, lines };
}

function session(threadId: string, base: LineageRollout["base"], isFirst: boolean) {
  const isForked = base !== null && base.rollout.threadId !== threadId;
  const payload = {
    id: threadId,
    timestamp: "t",
    cwd: isFirst ? "/w" : "/w/reverted",
    originator: "o",
    cli_version: "0.169.0",
    source: "cli",
    history_mode: "paginated",
    forked_from_id: isForked ? base.rollout.threadId : undefined,
    history_base:
      base === null
        ? undefined
        : { thread_id: base.rollout.rolloutId, end_ordinal_exclusive: base.cut, end_byte_offset: 0 },
  };
  return { type: "session_meta", payload };
}

function payloadOf(type: Step["type"], turn_id: string, id: string): object {
  const item = { type: "item_completed", thread_id: "01900000-0000-7000-8000-000000000000", turn_id };
  const said = { type: "AgentMessage", id, content: [{ type: "Text", text: `answer ${id}` }] };
  switch (type) {
    case "neutral":
      return { type: "token_count" };
    case "start":
      return { type: "task_started", turn_id, started_at: 1 };
    case "complete":
      return { type: "task_complete", turn_id, started_at: 1, completed_at: 2 };
    case "abort":
      return { type: "turn_aborted", turn_id, reason: "interrupted" };
    case "question":
      return { ...item, item: { type: "UserMessage", id, content: [{ type: "text", text: `question ${id}` }] } };
    case "answer":
      return { ...item, item: { ...said, phase: "final_answer" } };
    case "words":
      return { ...item, item: said };
  }
}
