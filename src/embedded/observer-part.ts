import type { ObserverName } from "../projections/index.ts";
import type { EmbeddedHistory, ObserverChanges } from "../sqlite/index.ts";
import type {
  CheckpointHead,
  CheckpointStore,
  DeadLetter,
  Decision,
  Flush,
  LoadedThread,
  Offset,
  Outbox,
  Output,
  RolloutRecord,
  SourceRecord,
  StartAttempts,
  ThreadDelta,
  Transaction,
} from "../worker/index.ts";
import { Bell } from "./bell.ts";
import { NO_BYTES } from "./codec.ts";
import type { EmbeddedDecisions } from "./decisions.ts";

/**
 * One observer's part of a round: what it made is kept here until the other observers are done too. For the observer it is
 * committed and stored; a crash takes it away together with everything else of the round.
 */
export class ObserverPart implements Outbox, CheckpointStore {
  readonly observer: ObserverName;
  readonly #history: EmbeddedHistory;
  readonly #decisions: EmbeddedDecisions;
  readonly #progress = new Bell();
  #outputs: Output[] = [];
  #deltas: ThreadDelta[] = [];
  #startsOver = false;
  /** What stands in the file, and what it will be with this round. */
  #stood: { readonly committed: Offset | null; readonly head: CheckpointHead | null };
  #committed: Offset | null;
  #head: CheckpointHead | null;

  constructor(observer: ObserverName, history: EmbeddedHistory, decisions: EmbeddedDecisions) {
    this.observer = observer;
    this.#history = history;
    this.#decisions = decisions;
    const { committed, head } = history.observer(observer);
    this.#stood = { committed, head };
    this.#committed = committed;
    this.#head = head;
  }

  get committed(): Offset | null {
    return this.#committed;
  }

  /** Resolves once the observer has committed and stored all below an offset, or `signal` aborts. */
  async reached(offset: Offset, signal: AbortSignal): Promise<void> {
    while (this.#doneBelow < offset && !signal.aborted) await this.#progress.rung(signal);
  }

  /** Stops a thread at a record that the observer is going to take. */
  hold(source: SourceRecord, { threadId, rolloutId, position }: RolloutRecord, reason: string): void {
    const { observer } = this;
    const { offset } = source;
    const decision: Decision = { observer, partition: 0, offset, threadId, action: "hold", reason, isDone: false };
    const letter: DeadLetter = { observer, code: "quarantined", reason, source, threadId, rolloutId, position };
    this.#outputs.push({ type: "dead-letter", letter, value: NO_BYTES }, { type: "decision", decision });
    this.#decisions.add(decision);
  }

  /** What the observer has made since the last time. */
  changes(): ObserverChanges {
    const { observer } = this;
    const changed = { outputs: this.#outputs, deltas: this.#deltas, startsOver: this.#startsOver };
    this.#forget();
    this.#stood = { committed: this.#committed, head: this.#head };
    return { observer, committed: this.#committed, head: this.#head, ...changed };
  }

  /** Nobody else can own it: this begins anew from what stands in the file. */
  fence(): Promise<void> {
    this.#forget();
    this.#committed = this.#stood.committed;
    this.#head = this.#stood.head;
    return Promise.resolve();
  }

  commit({ outputs, next }: Transaction): Promise<void> {
    for (const output of outputs) {
      this.#outputs.push(output);
      if (output.type === "decision") this.#decisions.add(output.decision);
    }
    this.#committed = next;
    this.#progress.ring();
    return Promise.resolve();
  }

  acquire(): Promise<{ readonly head: CheckpointHead | null; readonly attempts: StartAttempts | null }> {
    return Promise.resolve({ head: this.#head, attempts: null });
  }

  reset(head: CheckpointHead): Promise<void> {
    this.#startsOver = true;
    this.#deltas = [];
    this.#head = head;
    return Promise.resolve();
  }

  load(threadIds: readonly string[]): Promise<ReadonlyMap<string, LoadedThread>> {
    if (this.#startsOver) return Promise.resolve(new Map(threadIds.map((threadId) => [threadId, "new"])));
    return Promise.resolve(this.#history.load(this.observer, threadIds));
  }

  /** What one transaction wrote is there, or all of it is not. */
  lostThreads(): Promise<readonly string[]> {
    return Promise.resolve([]);
  }

  flush({ deltas, head }: Flush): Promise<{ readonly bytes: number }> {
    let bytes = 0;
    for (const delta of deltas) {
      this.#deltas.push(delta);
      for (const text of delta.set.values()) bytes += text.length;
    }
    this.#head = head;
    this.#progress.ring();
    return Promise.resolve({ bytes });
  }

  /** Offsets of what is read again are others: `Caution` looks after lines that end the process. */
  noteAttempts(): Promise<void> {
    return Promise.resolve();
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  get #doneBelow(): Offset {
    return Math.min(this.#committed ?? -1, this.#head?.watermark ?? -1);
  }

  #forget(): void {
    this.#outputs = [];
    this.#deltas = [];
    this.#startsOver = false;
  }
}
