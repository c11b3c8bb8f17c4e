import { kafkaConfigOf } from "../client-options/index.ts";
import { createKafka, LINE_HEADERS, type PublishedRecord } from "../kafka/index.ts";
import { normalizeThreadId } from "../rollout/index.ts";
import { encodeRolloutEvent, SchemaRegistry } from "../schema-registry/index.ts";
import { type AppendedLine, bytesOf } from "./appended-lines.ts";
import { AppendError, AppendRefusedError, ProducerClosedError } from "./errors.ts";
import { connectToLog, type LogConnection } from "./log-connection.ts";
import type { CheckedOptions } from "./options.ts";
import { RecordMaker } from "./record-maker.ts";
import { type GivenPlace, type Place, type PlacedLines, ThreadPlaces } from "./thread-places.ts";

/** Where appended lines are. */
export interface Appended extends Place {
  /** How many lines. */
  readonly count: number;
}

/** Writes the lines of rollouts to the log. */
export interface RolloutProducer extends AsyncDisposable {
  /**
   * Appends lines to a thread: texts or bytes, which go verbatim, or objects, which go as JSON. Resolves when the broker has
   * them. Lines of a thread go in the order of the calls, whether earlier ones are awaited or not. Bytes are not copied: leave
   * them as they are until then.
   *
   * Without a place they go on in the thread's running rollout. The first ones begin one: that of their `session_meta` if they
   * begin with it, else a new one, which goes on where the thread was. So does a `session_meta` with a `history_base` (ADR 0019).
   *
   * @throws AppendRefusedError when nothing was taken: what was given is not right
   * @throws AppendError when the broker may not have them: append the same lines again
   * @throws ProducerClosedError after `close`
   */
  append(threadId: string, lines: readonly AppendedLine[], place?: GivenPlace): Promise<Appended>;
  /** Resolves when the broker has all that was appended so far. @throws AppendError when it may not have some of it */
  flush(): Promise<void>;
  /** Gives up a thread's place, about 300 bytes, and lines of it that failed. Its next lines begin another rollout. */
  forget(threadId: string): void;
  /** Flushes and disconnects. Nothing can be appended any more. @throws AppendError as `flush` */
  close(): Promise<void>;
}

/** A producer by checked options. */
export function openRolloutProducer(checked: CheckedOptions): RolloutProducer {
  const client = createKafka(kafkaConfigOf(checked), checked.log ?? (() => undefined));
  const registry = new SchemaRegistry({ url: checked.schemaRegistryUrl });
  return new LogProducer(() => connectToLog(client, registry, checked), checked);
}

/** A connection, and what was given to it and is not acknowledged, in order. */
interface Session {
  readonly connection: Promise<LogConnection>;
  readonly waiting: Set<PlacedLines>;
  /** Settles when all before has room: lines go one append after the other. */
  turn: Promise<unknown>;
  failure: { readonly cause: unknown } | undefined;
}

/** The producer, given how to connect. */
export class LogProducer implements RolloutProducer {
  readonly #connect: () => Promise<LogConnection>;
  readonly #maker: RecordMaker;
  readonly #places = new ThreadPlaces();
  readonly #appends = new Set<Promise<void>>();
  readonly #closings = new Set<Promise<void>>();
  #session: Session | undefined;
  #isClosed = false;

  constructor(connect: () => Promise<LogConnection>, options: { readonly maxRecordBytes: number }) {
    this.#connect = connect;
    this.#maker = new RecordMaker(options);
  }

  async append(threadId: string, lines: readonly AppendedLine[], place: GivenPlace = {}): Promise<Appended> {
    if (this.#isClosed) throw new ProducerClosedError("the producer was closed: nothing can be appended any more");
    const id = normalizeThreadId(threadId);
    if (id === undefined) throw new AppendRefusedError(`${threadId}: a thread id must be a UUID`);
    const placed = this.#places.take(id, bytesOf(lines), place);
    const written = this.#write(placed, Date.now());
    this.#appends.add(written);
    try {
      await written;
    } finally {
      this.#appends.delete(written);
    }
    return { ...placed.place, count: lines.length };
  }

  async flush(): Promise<void> {
    await Promise.all(this.#appends);
  }

  forget(threadId: string): void {
    this.#places.forget(normalizeThreadId(threadId) ?? threadId);
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    try {
      await this.flush();
    } finally {
      const session = this.#session;
      this.#session = undefined;
      if (session !== undefined) await (await session.connection).close();
      await Promise.all(this.#closings);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #write(placed: PlacedLines, recordedAt: number): Promise<void> {
    this.#session ??= { connection: this.#connect(), waiting: new Set(), turn: Promise.resolve(), failure: undefined };
    const session = this.#session;
    session.waiting.add(placed);
    const published = session.turn.then(() => this.#publish(session, placed, recordedAt));
    session.turn = published.catch(() => undefined); // told by this append; the next one sees the failure
    try {
      await (await published).acknowledged;
    } catch (error) {
      this.#fail(session, error);
    }
    // Told together with those before it, even if it is written: their places were taken back.
    if (session.failure !== undefined)
      throw new AppendError({ threadId: placed.threadId, ...placed.place }, placed.lines.length, session.failure.cause);
    session.waiting.delete(placed);
  }

  /** Resolves when there was room; then the lines are acknowledged in their own time. */
  async #publish(session: Session, placed: PlacedLines, recordedAt: number) {
    const connection = await session.connection;
    if (session.failure !== undefined) throw session.failure.cause;
    await connection.publish(this.#recordsOf(placed, recordedAt, connection.schemaId));
    return { acknowledged: connection.acknowledged() };
  }

  *#recordsOf(
    { threadId, place, lines }: PlacedLines,
    recordedAt: number,
    schemaId: number,
  ): Iterable<PublishedRecord> {
    const { rolloutId } = place;
    for (const [at, line] of lines.entries()) {
      const linePlace = { threadId, rolloutId, position: place.position + at, recordedAt };
      const { record, elidedBytes } = this.#maker.make(line, linePlace);
      const message = { threadId, value: encodeRolloutEvent(record, schemaId) };
      yield elidedBytes === 0 ? message : { ...message, headers: { [LINE_HEADERS.elidedBytes]: String(elidedBytes) } };
    }
  }

  /** All that waits fails at once, so that places are taken in order again; the next append connects anew. */
  #fail(session: Session, cause: unknown): void {
    if (session.failure !== undefined) return;
    session.failure = { cause };
    if (this.#session === session) this.#session = undefined;
    const byThread = Map.groupBy(session.waiting, ({ threadId }) => threadId);
    for (const [threadId, failed] of byThread) this.#places.failed(threadId, failed);
    const closing = session.connection.then((connection) => connection.close()).catch(() => undefined); // it has failed already
    this.#closings.add(closing);
    void closing.finally(() => this.#closings.delete(closing));
  }
}
