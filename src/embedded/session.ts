import { RecordMaker } from "../producer/index.ts";
import { OBSERVER_NAMES, type ObserverName } from "../projections/index.ts";
import type { Redactor } from "../redaction/index.ts";
import { FileShipper, Follower, LineRecords, openContentAt, type ShipEvent } from "../ship/index.ts";
import type { EmbeddedHistory } from "../sqlite/index.ts";
import { systemClock } from "../time/index.ts";
import { type Offset, PartitionWorker, type WorkerEvent } from "../worker/index.ts";
import { Caution } from "./caution.ts";
import { EmbeddedCodec } from "./codec.ts";
import { EmbeddedDecisions } from "./decisions.ts";
import { EmbeddedLog } from "./embedded-log.ts";
import { ObserverPart } from "./observer-part.ts";
import { type EmbeddedOptions, MAX_RECORD_BYTES, workerOptions } from "./options.ts";
import { Rounds } from "./rounds.ts";

const CULPRIT = "the process ended each time that it took this record";

/** Told of everything that happens. Must not throw. */
export interface SessionListener {
  ship(event: ShipEvent): void;
  worker(observer: ObserverName, event: WorkerEvent): void;
  committed(end: Offset): void;
  /** What was there at the start stands. */
  ready(): void;
}

/** From the opening of the file until the work is done, or something fails: all that is in memory lives as long. */
export class Session {
  readonly decisions: EmbeddedDecisions;
  readonly #history: EmbeddedHistory;
  readonly #options: EmbeddedOptions;
  readonly #listener: SessionListener;
  readonly #codec = new EmbeddedCodec();
  readonly #parts: readonly ObserverPart[];
  readonly #log: EmbeddedLog;
  readonly #rounds: Rounds;
  readonly #follower: Follower;
  readonly #shipper: FileShipper;
  readonly #broken = new AbortController();
  readonly #caution: Caution;

  /** `isFirst`: of this process. */
  constructor(
    history: EmbeddedHistory,
    options: EmbeddedOptions,
    redactor: Redactor | null,
    listener: SessionListener,
    isFirst: boolean,
  ) {
    this.#caution = new Caution(history, isFirst);
    this.#history = history;
    this.#options = options;
    this.#listener = listener;
    this.decisions = new EmbeddedDecisions(history.decisions());
    this.#parts = OBSERVER_NAMES.map((observer) => new ObserverPart(observer, history, this.decisions));
    this.#log = new EmbeddedLog(this.#codec, committedBy(this.#parts), options.roundBytes);
    this.#rounds = new Rounds(this.#log, this.#parts, history, {
      beginning: () => this.#beginning(),
      committed: listener.committed,
    });
    const records = new LineRecords(new RecordMaker({ maxRecordBytes: MAX_RECORD_BYTES }), redactor);
    const shipOptions = { ...options.ship, now: Date.now, contentAt: openContentAt };
    this.#shipper = new FileShipper(history.positions, records, this.#log, shipOptions);
    this.#follower = new Follower(options.follow, history.positions, this.#shipper, (event) => this.#onShip(event));
  }

  /**
   * Until `stop` aborts and all that was read is committed; with `once` until all is imported.
   *
   * @throws EmbeddedError, PositionsError, HaltError
   */
  async run(stop: AbortSignal): Promise<void> {
    const drain = new AbortController();
    const over = new AbortController();
    const work = [
      this.#rounds.run(over.signal, this.#broken.signal),
      this.#rounds.commitIdly(AbortSignal.any([over.signal, this.#broken.signal])),
      ...this.#parts.map((part) => this.#workerOf(part).run(drain.signal)),
    ].map((part) => part.catch((error: unknown) => this.#break(error)));
    const ending = AbortSignal.any([stop, this.#broken.signal]);
    const shipping = this.#options.once ? this.#follower.once(ending) : this.#follower.follow(ending);
    const shipped = shipping.catch((error: unknown) => this.#break(error));
    // Whatever fails, nothing goes on that has the database in hand.
    await Promise.allSettled([shipped]);
    over.abort();
    await Promise.allSettled(work.slice(0, 2));
    drain.abort();
    await Promise.allSettled(work);
    await Promise.all([shipped, ...work]);
    if (this.#broken.signal.aborted) throw this.#broken.signal.reason;
    this.#caution.end();
  }

  /** How many records the next round may have. One that ends the process is stopped at before the observers take it. */
  #beginning(): number {
    if (!this.#caution.isNeeded) return Number.POSITIVE_INFINITY;
    const source = this.#log.upcoming;
    if (source?.value === undefined || source.value === null) return 1;
    const record = this.#codec.record(source.value);
    if (this.#caution.isCulprit(record)) for (const part of this.#parts) part.hold(source, record, CULPRIT);
    this.#caution.take(record);
    return 1;
  }

  /** What is under way is taken back; the first error is the one that is told. */
  #break(error: unknown): void {
    if (this.#broken.signal.aborted) return;
    this.#broken.abort(error);
    this.#log.fail(error);
    this.#history.abandon();
  }

  #workerOf(part: ObserverPart): PartitionWorker {
    const { observer } = part;
    return new PartitionWorker(
      { observer, partition: 0 },
      {
        log: this.#log.reader(() => part.committed),
        outbox: part,
        store: part,
        membership: { confirm: () => Promise.resolve(!this.#broken.signal.aborted) },
        decisions: this.decisions,
        codec: this.#codec,
        clock: systemClock,
        listener: (event) => this.#listener.worker(observer, event),
      },
      workerOptions(this.#options),
    );
  }

  #onShip(event: ShipEvent): void {
    this.#listener.ship(event);
    if (event.type !== "caught-up") return;
    const ready = async (): Promise<void> => {
      await this.#rounds.standing(this.#broken.signal);
      if (this.#broken.signal.aborted) return;
      this.#caution.end();
      this.#listener.ready();
    };
    ready().catch((error: unknown) => this.#break(error));
  }
}

/** One transaction has written it for all. */
function committedBy(parts: readonly ObserverPart[]): Offset {
  const [committed = null, ...others] = new Set(parts.map((part) => part.committed));
  if (others.length > 0) throw new Error(`observers stand at different offsets: ${[committed, ...others].join(", ")}`);
  return committed ?? 0;
}
