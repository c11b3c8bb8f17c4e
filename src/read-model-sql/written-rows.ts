import {
  generationStart,
  type ItemRow,
  type LifecycleRow,
  type RolloutRow,
  type RowBatch,
  type ThreadTouch,
  type TurnRow,
} from "../read-model/index.ts";

/** A row with its place among the changes of its transaction. */
export interface Placed<Row> {
  readonly n: number;
  readonly row: Row;
}

/** What of a batch is written: all but what belongs to older generations of its thread. */
export interface WrittenRows {
  readonly threads: readonly Placed<ThreadTouch>[];
  readonly turns: readonly Placed<TurnRow>[];
  readonly items: readonly Placed<ItemRow>[];
  readonly events: readonly Placed<LifecycleRow>[];
  readonly rollouts: readonly Placed<RolloutRow>[];
}

/**
 * Readers of the feed hear of threads first, then of turns, items and events.
 *
 * @param generations of the batch's threads, its own resets among them
 */
export function writtenRows(batch: RowBatch, generations: ReadonlyMap<string, number>): WrittenRows {
  const start = (threadId: string): string => generationStart(generations.get(threadId) ?? 0);
  // 0 is for what a reset removes.
  let n = 1;
  const placed = <Row>(rows: readonly Row[]): Placed<Row>[] => rows.map((row) => ({ n: n++, row }));
  const valid = <Row extends { readonly threadId: string; readonly version: string }>(
    rows: ReadonlyMap<string, Row>,
  ): Placed<Row>[] => placed([...rows.values()].filter(({ threadId, version }) => version >= start(threadId)));
  const isOld = (threadId: string): boolean => (batch.resets.get(threadId) ?? 0) < (generations.get(threadId) ?? 0);
  return {
    threads: placed([...batch.threads.values()].map((touch) => (isOld(touch.threadId) ? nothingOf(touch) : touch))),
    turns: valid(batch.turns),
    items: valid(batch.items),
    events: valid(batch.events),
    rollouts: valid(batch.rollouts),
  };
}

function nothingOf({ threadId }: ThreadTouch): ThreadTouch {
  return { threadId, started: null, firstAtMs: null, lastAtMs: null };
}
