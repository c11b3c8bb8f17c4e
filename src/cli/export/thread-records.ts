import {
  type KafkaClient,
  NO_HEADERS,
  OffsetOutOfRangeError,
  type RecordHeaders,
  readTopic,
  type TopicRecord,
} from "../../kafka/index.ts";
import type { AvroDecoder } from "../../schema-registry/index.ts";
import type { RolloutRecord } from "../../worker/index.ts";
import { CliError } from "../cli-error.ts";

/** Where records of a thread are read from, and with what. */
export interface ThreadSource {
  readonly client: KafkaClient;
  readonly topic: string;
  readonly threadId: string;
  readonly decoder: AvroDecoder;
  /** Told of each record that is read, of whatever thread. */
  readonly onRead: (bytes: number) => void;
  /** Told what is not as it should be. */
  readonly remark: (message: string) => void;
}

/** A stretch of a partition; to its end when `last` is left out. */
export interface Stretch {
  readonly partition: number;
  readonly first: number;
  readonly last?: number;
  readonly onEnd?: (end: number) => void;
}

/** A record of a thread: its key is the thread's id, as workers demand. */
export type ThreadRecord = Place &
  (
    | { readonly type: "line"; readonly record: RolloutRecord; readonly headers: RecordHeaders }
    /** It may hold a line; which one is not known. */
    | { readonly type: "unreadable"; readonly reason: string }
  );

interface Place {
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
}

/**
 * What a stretch of a partition holds of a thread, in the order of the log.
 *
 * @throws CliError when the log loses the place that is being read
 */
export async function* threadRecords(source: ThreadSource, stretch: Stretch): AsyncGenerator<ThreadRecord> {
  const { threadId, onRead } = source;
  const { last = Number.POSITIVE_INFINITY } = stretch;
  const key = Buffer.from(threadId);
  try {
    for await (const record of recordsIn(source, stretch)) {
      if (record.offset > last) return;
      onRead(record.value?.length ?? 0);
      const found = record.key?.equals(key) ? await read(source, record) : undefined;
      if (found !== undefined) yield found;
      if (record.offset === last) return;
    }
  } catch (error) {
    if (!(error instanceof OffsetOutOfRangeError)) throw error;
    throw changed(source.topic, error);
  }
}

/** The log is not what it was a moment ago: its retention took some of it away, or the topic was made again. */
export function changed(topic: string, cause?: unknown): CliError {
  return new CliError(`${topic} lost records while it was read, nothing was written: export again`, { cause });
}

function recordsIn({ client, topic, remark }: ThreadSource, { partition, first, onEnd }: Stretch) {
  return readTopic(client, topic, {
    from: { offset: first },
    follow: false,
    partitions: [partition],
    headers: true,
    onEnds: (ends) => onEnd?.(ends.get(partition) ?? 0),
    onError: (error) => remark(`${topic}: ${error instanceof Error ? error.message : error}; tries again`),
  });
}

/** Undefined for a line of another thread. */
async function read({ decoder, threadId }: ThreadSource, source: TopicRecord): Promise<ThreadRecord | undefined> {
  const { partition, offset, timestamp, value, headers = NO_HEADERS } = source;
  const place = { partition, offset, timestamp };
  const unreadable = (reason: string): ThreadRecord => ({ ...place, type: "unreadable", reason });
  if (value === null) return unreadable("the record has no value");
  const decoded = await decoder.fetching(() => decoder.decodeRolloutEvent(value));
  if (decoded.outcome === "undecodable") return unreadable(decoded.reason);
  const { record } = decoded;
  return record.threadId === threadId ? { ...place, type: "line", record, headers } : undefined;
}
