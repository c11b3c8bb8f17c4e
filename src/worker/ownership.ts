import { type Acquired, isCautious, suspecting, suspectOf } from "./acquire.ts";
import { StoreUnavailableError } from "./checkpoint-store.ts";
import { Checkpointer } from "./checkpointer.ts";
import { DecisionTable } from "./decisions.ts";
import { HaltError } from "./errors.ts";
import { ensureCommitted, ensureCovered, ensureInOrder } from "./invariants.ts";
import type { Batch } from "./log.ts";
import type { WorkerOptions } from "./options.ts";
import { IndefiniteError } from "./outbox.ts";
import type { PartitionName } from "./partition-name.ts";
import { PendingTransaction } from "./pending-transaction.ts";
import type { PartitionPorts } from "./ports.ts";
import { Projection } from "./projection.ts";
import { type ReadRecord, readRecords } from "./record-reader.ts";
import type { Decision, Offset, SourceRecord } from "./records.ts";
import { ResultCounts } from "./result-counts.ts";
import { Thread } from "./thread.ts";
import { ThreadCache } from "./thread-cache.ts";
import { ThreadLoader } from "./thread-loader.ts";

/** How long reading waits for records when nothing else is due. */
const IDLE_MS = 1_000;
/** How often an idle worker looks whether its offset was reset. */
const OFFSET_CHECK_MS = 2_000;
/** A commit that was answered shows within it, unless the broker is in trouble. */
const COMMIT_SHOWS_MS = 10_000;
/** How often a store that did not answer at the start is asked again. */
const REATTACH_MS = 5_000;
/** How long the last flush may hold up the end of an ownership: without it the next start has more to do, no more. */
const LAST_FLUSH_MS = 5_000;

/** From the fencing of a partition until it is lost or given up: all state in memory lives as long. */
export class Ownership {
  readonly #name: PartitionName;
  readonly #ports: PartitionPorts;
  readonly #options: WorkerOptions;
  readonly #acquired: Acquired;
  readonly #threads = new ThreadCache();
  readonly #pending: PendingTransaction;
  readonly #projection: Projection;
  readonly #loader: ThreadLoader;
  readonly #checkpointer: Checkpointer;
  readonly #counts: ResultCounts;
  readonly #isCautious: boolean;
  readonly #suspect: Offset | null;
  readonly #decisions: DecisionTable;
  #decisionsVersion: number | null = null;
  #undecided: Decision[] = [];
  /** Every record below it has been taken. */
  #position: Offset;
  #committed: Offset;
  #committedBefore: Offset;
  #committedAt: number;
  #offsetDueAt: number;
  #reattachAt: number;
  #end: Offset;
  #last: SourceRecord | null = null;

  /** `ended` aborts when this ownership is over, whatever it waits for. */
  constructor(
    name: PartitionName,
    ports: PartitionPorts,
    options: WorkerOptions,
    acquired: Acquired,
    ended: AbortSignal,
  ) {
    const { recovery, store, bounds } = acquired;
    const withStore = { ...ports, store };
    this.#name = name;
    this.#ports = ports;
    this.#options = options;
    this.#acquired = acquired;
    this.#pending = new PendingTransaction(options);
    this.#projection = new Projection(name, ports.codec, options, ports.listener, this.#pending);
    this.#loader = new ThreadLoader(name.observer, withStore, this.#threads);
    this.#checkpointer = new Checkpointer(withStore, options, this.#threads, recovery.head, ended);
    this.#counts = new ResultCounts(ports.listener);
    this.#isCautious = isCautious(acquired, options);
    this.#suspect = suspectOf(acquired, options);
    this.#decisions = new DecisionTable(name);
    this.#position = recovery.readFrom;
    this.#committed = recovery.emitFrom;
    this.#committedBefore = recovery.emitFrom;
    this.#committedAt = ports.clock.now();
    this.#offsetDueAt = ports.clock.now() + OFFSET_CHECK_MS;
    this.#reattachAt = ports.clock.now() + REATTACH_MS;
    this.#end = bounds.end;
  }

  /**
   * Works until `drain` aborts or `until` is reached; then commits and flushes.
   *
   * @throws FencedError, IndefiniteError, RefusedError: what is in memory must be dropped
   * @throws HaltError
   */
  async run(drain: AbortSignal, until: Offset | undefined): Promise<"drained" | "reached"> {
    const { log, clock } = this.#ports;
    log.seek(this.#position);
    this.#showPhase();
    this.#tellProgress();
    while (!drain.aborted) {
      await this.#decide(drain);
      if (until !== undefined && this.#isLive && this.#position >= until && !this.#acquired.isDetached) break;
      const batch = await log.take(this.#waitMs(clock.now()), drain);
      if (batch !== undefined) await this.#takeBatch(batch, drain);
      else await this.#noticeReset();
      if (clock.now() >= this.#commitDueAt(clock.now())) await this.#commit();
      await this.#checkpoint(drain);
      await this.#reattach();
      this.#showPhase();
    }
    if (this.#isAhead) await this.#commit();
    await this.#lastFlush(drain);
    await this.#endInOrder();
    return drain.aborted ? "drained" : "reached";
  }

  /** Whether the next record is new, so that its mutations go out. */
  get #isLive(): boolean {
    return this.#position >= this.#acquired.recovery.emitFrom;
  }

  /** Takes the records of a batch, committing on the way. Stops early when `drain` aborts. */
  async #takeBatch(batch: Batch, drain: AbortSignal): Promise<void> {
    ensureInOrder(batch.records, batch.next);
    const sources = batch.records.filter(({ offset }) => offset >= this.#position);
    await this.#checkContinuity(batch, sources[0]?.offset);
    const records = await readRecords(sources, this.#ports, drain);
    await this.#load(new Set(records.flatMap(({ record }) => record?.threadId ?? [])), drain);
    if (drain.aborted) return;
    this.#showPhase();
    for (const read of records) {
      const isCautious = this.#isCautious && this.#checkpointer.stored <= this.#acquired.recovery.head.watermark;
      if (isCautious) await this.#acquired.store.noteAttempts(suspecting(this.#acquired, read.source.offset));
      this.#take(read);
      if (!isCautious && !this.#pending.isFull) continue;
      await this.#commit();
      if (drain.aborted) return;
    }
    this.#end = batch.end;
    this.#position = Math.max(this.#position, batch.next);
    this.#checkpointer.changed(this.#projection.takeChangedBytes());
    this.#counts.tell();
    this.#tellProgress();
  }

  /**
   * Kafka skips over offsets that hold control records; but records may also have been removed, or the topic made again.
   *
   * @throws HaltError, IndefiniteError
   */
  async #checkContinuity(batch: Batch, first: Offset | undefined): Promise<void> {
    if (batch.end < this.#position)
      throw new IndefiniteError(
        `the log ends at ${batch.end}, before ${this.#position}, which was read: was the topic made again?`,
      );
    if (first === undefined || first === this.#position || this.#options.onLostHistory === "continue") return;
    const { start } = await this.#ports.log.bounds();
    if (start > this.#position) throw new HaltError(lostRecords(this.#position, start));
  }

  #take(read: ReadRecord): void {
    const { source, record, refusal } = read;
    // Not by the position: control records may lie between it and this record.
    const isSilent = source.offset < this.#acquired.recovery.emitFrom;
    this.#position = source.offset + 1;
    this.#last = source;
    if (refusal !== null) {
      if (!isSilent) this.#projection.refuse(source, refusal.code, refusal.reason, record);
      this.#counts.add("undecodable");
      return;
    }
    const thread = this.#threads.get(record.threadId);
    if (thread === undefined) throw new Error(`thread ${record.threadId} was not loaded`);
    const decision = this.#decisions.at(source.offset);
    const isSuspect = source.offset === this.#suspect;
    this.#counts.add(this.#projection.take({ source, record, thread, isSilent, decision, isSuspect }));
  }

  /** Whether anything was taken that is not committed. */
  get #isAhead(): boolean {
    return this.#pending.count > 0 || this.#committed < this.#position;
  }

  async #commit(): Promise<void> {
    const { outbox, clock, listener } = this.#ports;
    const started = clock.now();
    const outputs = this.#pending.take();
    const next = Math.max(this.#position, this.#committed);
    ensureCovered(outputs, next);
    await outbox.commit({ outputs, next });
    this.#committedBefore = this.#committed;
    this.#committed = next;
    this.#committedAt = clock.now();
    for (const output of outputs) if (output.type === "decision") this.#decisions.note(output.decision);
    const mutations = outputs.filter(({ type }) => type === "mutation").length;
    listener({ type: "committed", next, mutations, ms: this.#committedAt - started });
  }

  #commitDueAt(now: number): number {
    const offsetDueAt =
      this.#committed < this.#position ? this.#committedAt + this.#options.offsetCommitMs : Number.POSITIVE_INFINITY;
    return Math.min(this.#pending.dueAt(now), offsetDueAt);
  }

  #waitMs(now: number): number {
    const due = Math.min(this.#commitDueAt(now), this.#checkpointer.dueAt);
    return Math.max(0, Math.min(IDLE_MS, due - now));
  }

  /**
   * Offsets may be reset under a worker that has nothing to commit, and so does not notice that it was fenced. For a while the
   * value before is no news: a commit is answered before it shows.
   *
   * @throws IndefiniteError
   */
  async #noticeReset(): Promise<void> {
    const { log, clock } = this.#ports;
    if (!this.#isLive || this.#isAhead || clock.now() < this.#offsetDueAt) return;
    this.#offsetDueAt = clock.now() + OFFSET_CHECK_MS;
    const found = await log.committed();
    if (found === this.#committed) return;
    if (found === this.#committedBefore && clock.now() - this.#committedAt < COMMIT_SHOWS_MS) return;
    throw new IndefiniteError(`the committed offset is ${found}, not ${this.#committed}: it was reset`);
  }

  /** Lets changed state go to the store, committed before: a checkpoint is never ahead of the committed offset. */
  async #checkpoint(drain: AbortSignal): Promise<void> {
    const checkpointer = this.#checkpointer;
    checkpointer.rethrow();
    const isDue = checkpointer.isDue || checkpointer.isBehind;
    if (isDue) {
      if (this.#isAhead) await this.#commit();
      ensureCommitted(this.#position, this.#committed);
      checkpointer.tick(this.#position, this.#last);
    }
    if (isDue || this.#threads.hasGrown) this.#threads.trim(this.#options.hotBytes, checkpointer.canGo);
    this.#ports.listener({ type: "unflushed", bytes: checkpointer.unflushedBytes });
    if (!checkpointer.isBehind) return;
    this.#ports.listener({ type: "phase", phase: "waiting-for-store", detail: "too much state waits to be stored" });
    if (this.#acquired.isDetached) await this.#untilReattached(drain);
    else await checkpointer.flush(this.#position, this.#last, drain);
    this.#showPhase();
  }

  /** Before the partition is given up; a store that does not answer must not hold that up for long. */
  async #lastFlush(drain: AbortSignal): Promise<void> {
    ensureCommitted(this.#position, this.#committed);
    if (!drain.aborted) return await this.#checkpointer.flush(this.#position, this.#last, drain);
    const limit = new AbortController();
    void this.#ports.clock.sleep(LAST_FLUSH_MS, limit.signal).then(() => limit.abort());
    await this.#checkpointer.flush(this.#position, this.#last, limit.signal);
    limit.abort();
  }

  /** An end in order says nothing against the records: the next start does not count as one more without progress. */
  async #endInOrder(): Promise<void> {
    const { store, attempts } = this.#acquired;
    try {
      await store.noteAttempts({
        ...attempts,
        offset: this.#checkpointer.stored,
        count: 0,
        suspect: null,
        suspectCount: 0,
      });
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      this.#ports.listener({ type: "failure", error });
    }
  }

  /** Sees that threads are in memory; those that the store lost are rebuilt from the log. */
  async #load(ids: ReadonlySet<string>, signal: AbortSignal): Promise<void> {
    const bound = Math.max(this.#position, this.#acquired.recovery.emitFrom);
    const lost = await this.#loader.load(ids, this.#decisions, bound, signal);
    if (lost.size > 0) await this.#rebuild(lost, signal);
  }

  /** State of these threads as of here, from the log. */
  async #rebuild(lost: ReadonlyMap<string, number>, signal: AbortSignal): Promise<void> {
    const threads = new Map([...lost].map(([id, revision]) => [id, Thread.fresh(this.#name.observer, id, revision)]));
    await this.#scan(signal, (read) => this.#retake(read, threads.get(read.record?.threadId ?? ""), true));
    if (signal.aborted) return;
    for (const thread of threads.values()) this.#threads.put(thread);
  }

  /** Reads the log from its beginning up to here once more. */
  async #scan(signal: AbortSignal, visit: (read: ReadRecord) => void): Promise<void> {
    const { log, listener } = this.#ports;
    const { start } = this.#acquired.bounds;
    const to = this.#position;
    if (start > 0 && this.#options.onLostHistory === "stop") throw new HaltError(lostRecords(0, start));
    log.seek(start);
    for (let at = start; at < to && !signal.aborted; ) {
      listener({ type: "phase", phase: "restoring" });
      listener({ type: "rebuild", remaining: to - at });
      const batch = await log.take(IDLE_MS, signal);
      if (batch === undefined) continue;
      const below = batch.records.filter(({ offset }) => offset < to);
      for (const read of await readRecords(below, this.#ports, signal)) visit(read);
      at = batch.next;
    }
    listener({ type: "rebuild", remaining: 0 });
    log.seek(to);
  }

  /** Carries out what operators decided, once what is taken next is new. */
  async #decide(signal: AbortSignal): Promise<void> {
    const { decisions, listener } = this.#ports;
    if (decisions.version !== this.#decisionsVersion) {
      const version = decisions.version;
      this.#decisions.renew(await decisions.read());
      this.#decisionsVersion = version;
      this.#undecided = this.#decisions.open();
      listener({ type: "quarantine-size", threads: this.#decisions.stopped });
    }
    while (this.#isLive && !signal.aborted) {
      const decision = this.#undecided.shift();
      if (decision === undefined) return;
      await this.#release(decision, signal);
    }
  }

  /**
   * Lets a thread go on that stopped: its state is rebuilt from the log, and what had to wait is emitted, in one transaction
   * that also says so. The note of it comes from the projection, which meets the decision on the way.
   */
  async #release(decision: Decision, signal: AbortSignal): Promise<void> {
    const { threadId, offset } = decision;
    await this.#load(new Set([threadId]), signal);
    const stopped = this.#threads.get(threadId);
    if (stopped?.quarantine?.offset !== offset) return;
    if (this.#isAhead) await this.#commit();
    const thread = Thread.fresh(this.#name.observer, threadId, stopped.revision);
    await this.#scan(signal, (read) => this.#retake(read, thread, read.source.offset < offset));
    if (signal.aborted) {
      this.#pending.take(); // a part of what had to wait: all of it goes out, or nothing
      return;
    }
    await this.#commit();
    this.#threads.put(thread);
    this.#ports.listener({ type: "released", threadId, offset });
  }

  #retake({ source, record, refusal }: ReadRecord, thread: Thread | undefined, isSilent: boolean): void {
    if (refusal !== null || record.threadId !== thread?.id) return;
    const decision = this.#decisions.at(source.offset);
    this.#projection.take({ source, record, thread, isSilent, decision, isSuspect: false });
  }

  async #reattach(): Promise<void> {
    const { store, clock } = this.#ports;
    if (!this.#acquired.isDetached || clock.now() < this.#reattachAt) return;
    this.#reattachAt = clock.now() + REATTACH_MS;
    try {
      await store.acquire();
    } catch (error) {
      if (error instanceof StoreUnavailableError) return;
      throw error;
    }
    throw new IndefiniteError("the checkpoint store answers again: its state is taken up");
  }

  /** Nothing is ever stored without the store: it must answer again. */
  async #untilReattached(drain: AbortSignal): Promise<void> {
    const { clock } = this.#ports;
    while (!drain.aborted) {
      await clock.sleep(Math.max(0, this.#reattachAt - clock.now()), drain);
      await this.#reattach();
    }
  }

  #showPhase(): void {
    this.#ports.listener({ type: "phase", phase: this.#isLive ? "running" : "restoring" });
  }

  #tellProgress(): void {
    const { listener } = this.#ports;
    const { emitFrom } = this.#acquired.recovery;
    listener({ type: "progress", position: this.#position, end: this.#end, recordTime: this.#last?.timestamp ?? null });
    listener({ type: "rebuild", remaining: Math.max(0, emitFrom - this.#position) });
  }
}

function lostRecords(from: Offset, to: Offset): string {
  return (
    `records [${from}, ${to}) are needed and were removed from the log; restore them (longer retention, a backup), ` +
    "or set worker.onLostHistory=continue to go on with what the log still holds"
  );
}
