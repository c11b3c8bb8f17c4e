import { FencedError, type Offset, type Output, type SourceRecord } from "../../src/worker/index.ts";
import type { DecisionsTopic, Note } from "./decisions-topic.ts";

interface Transaction {
  readonly epoch: number;
  readonly outputs: Output[];
  readonly notes: Note[];
  next: Offset;
  /** Decided on by the coordinator: it will be committed, whoever comes. */
  isPrepared: boolean;
}

/** One partition of the input with its group's offset, its transactional id, and what came out of it, read committed. */
export class BrokerPartition {
  readonly records: SourceRecord[] = [];
  /** The end of the log; offsets of control records hold nothing. */
  end: Offset = 0;
  /** Records from here on belong to a foreign transaction that is still open: nobody reads them yet. */
  heldFrom: Offset | null = null;
  committed: Offset | null = null;
  readonly outputs: Output[] = [];
  readonly #decisions: DecisionsTopic;
  /** Where operators set the offset to, and how many outputs there were then: what follows comes again. */
  readonly resets: { readonly offset: Offset; readonly outputs: number }[] = [];
  #highest: Offset = 0;
  #epoch = 0;
  #open: Transaction | null = null;

  /** `decisions`: the topic of all partitions. */
  constructor(decisions: DecisionsTopic) {
    this.#decisions = decisions;
  }

  append(key: Buffer, value: Buffer): void {
    this.records.push({ offset: this.end, timestamp: 1_700_000_000_000 + this.end, key, value });
    this.end += 1;
  }

  /** A control record takes an offset, too. */
  appendControl(): void {
    this.end += 1;
  }

  /** What readers of committed records may see. */
  get stableEnd(): Offset {
    return this.heldFrom ?? this.end;
  }

  read(from: Offset, most: number): { readonly records: readonly SourceRecord[]; readonly next: Offset } {
    const first = this.#indexOf(from);
    const records: SourceRecord[] = [];
    for (let i = first; i < this.records.length && records.length < most; i++) {
      const record = this.records[i];
      if (record === undefined || record.offset >= this.stableEnd) break;
      records.push(record);
    }
    const last = records.at(-1);
    const isAll = last === undefined || last === this.records.at(-1) || this.stableEnd <= last.offset + 1;
    return {
      records,
      next: Math.max(from, isAll && records.length < most ? this.stableEnd : (last?.offset ?? from) + 1),
    };
  }

  /** InitProducerId: what an older epoch left open is aborted, what was decided on is completed, and older epochs are refused. */
  fence(): number {
    if (this.#open?.isPrepared === true) this.complete();
    if (this.#open !== null) this.#decisions.settle(this.#open.notes, "aborted");
    this.#open = null;
    this.#epoch += 1;
    return this.#epoch;
  }

  /** Sends and offset, without the end of the transaction. One that the epoch has open already goes on. */
  write(epoch: number, outputs: readonly Output[], next: Offset): void {
    this.#demand(epoch);
    this.complete(); // the coordinator lets nobody go on before (CONCURRENT_TRANSACTIONS)
    this.#open ??= { epoch, outputs: [], notes: [], next, isPrepared: false };
    this.#open.outputs.push(...outputs);
    const decisions = outputs.flatMap((output) => (output.type === "decision" ? [output.decision] : []));
    this.#open.notes.push(...this.#decisions.write(decisions));
    this.#open.next = next;
  }

  /** EndTxn(commit), as far as the coordinator's decision. It ends whatever the epoch has open (before KIP-890). */
  prepare(epoch: number): void {
    this.#demand(epoch);
    if (this.#open !== null) this.#open.isPrepared = true;
  }

  /** The markers are written: readers see it. */
  complete(): void {
    if (this.#open?.isPrepared !== true) return;
    const { outputs, notes, next } = this.#open;
    this.#open = null;
    this.outputs.push(...outputs);
    this.#decisions.settle(notes, "committed");
    this.committed = next;
    this.#highest = Math.max(this.#highest, next);
  }

  /** The highest offset that was ever decided on: a checkpoint may not be ahead of it. */
  get highestDecided(): Offset {
    return Math.max(this.#highest, this.#open?.isPrepared === true ? this.#open.next : 0);
  }

  /** `replay`: fences whoever is at work, and sets the offset. */
  resetTo(offset: Offset): void {
    this.fence();
    this.committed = offset;
    this.resets.push({ offset, outputs: this.outputs.length });
  }

  #demand(epoch: number): void {
    if (epoch !== this.#epoch) throw new FencedError(`epoch ${epoch}, not ${this.#epoch}`);
  }

  #indexOf(offset: Offset): number {
    let low = 0;
    let high = this.records.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.records[middle]?.offset ?? 0) < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
