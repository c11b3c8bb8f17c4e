import type { ObserverName } from "../projections/index.ts";
import type { CheckpointHead, Offset, Output, ThreadDelta } from "../worker/index.ts";

/** What one observer has made since the last commit. */
export interface ObserverChanges {
  readonly observer: ObserverName;
  readonly outputs: readonly Output[];
  /** Null when nothing was committed. */
  readonly committed: Offset | null;
  /** Null when nothing was stored. */
  readonly head: CheckpointHead | null;
  /** Whether states stored before count no more. */
  readonly startsOver: boolean;
  readonly deltas: readonly ThreadDelta[];
}

/** What is known of an observer. */
export interface ObserverState {
  readonly committed: Offset | null;
  readonly head: CheckpointHead | null;
}

/** What is known of processes that ended in the middle of their work. */
export interface Crashes {
  /** Starts in a row that did not get to the end of what was there. */
  readonly starts: number;
  /** The record that was being taken by itself when the last one ended; null when none was. */
  readonly taking: RecordPlace | null;
  /** The record at which one ended before, and how often in a row; null when there is none. */
  readonly suspect: (RecordPlace & { readonly count: number }) | null;
}

/** Which record it is, at whatever offset. */
export interface RecordPlace {
  readonly threadId: string;
  readonly rolloutId: string;
  readonly position: number;
}
