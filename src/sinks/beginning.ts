import type { Offset } from "../worker/index.ts";
import { markOf } from "./batch-builder.ts";
import { NotNowError, SinkHaltError } from "./errors.ts";
import type { SinkOptions } from "./options.ts";
import type { LastRecord, Place } from "./store.ts";
import type { TopicLog } from "./topic-log.ts";

/** How long the log may take to give a record that it holds. */
const LOOK_MS = 30_000;

/**
 * Goes to where a topic's partition is to be read on, if the log still is the one that was read before.
 *
 * @throws SinkHaltError when it is not, and `onLostOffset` does not say to start over
 */
export async function begin(
  { topic, log }: TopicLog,
  partition: number,
  { next, last }: Place,
  { onLostOffset }: Pick<SinkOptions, "onLostOffset">,
  signal: AbortSignal,
): Promise<{ readonly position: Offset; readonly end: Offset }> {
  const { start, end } = await log.bounds();
  const lost = next === null ? null : await whyLost({ log, start, end, next, last }, signal);
  if (lost !== null && onLostOffset === "stop")
    throw new SinkHaltError(
      `${topic}/${partition}: ${lost}: the topic was made again, or its retention was shorter than the sink was away. sink.onLostOffset=start-over reads all that is there; if the input was made again, too, empty the tables first`,
    );
  const position = next === null || lost !== null ? start : next;
  log.seek(position);
  return { position, end };
}

interface Found {
  readonly log: TopicLog["log"];
  readonly start: Offset;
  readonly end: Offset;
  readonly next: Offset;
  readonly last: LastRecord | null;
}

async function whyLost({ log, start, end, next, last }: Found, signal: AbortSignal): Promise<string | null> {
  const holds = `the log holds ${start} to ${end}`;
  if (next < start || next > end) return `the sink goes on at offset ${next}, ${holds}`;
  if (last === null || last.offset < start) return null;
  log.seek(last.offset);
  const found = await firstRecord(log, signal);
  if (found.offset === last.offset && markOf(found) === last.mark) return null;
  return `offset ${last.offset} holds another record than the one that the sink read there`;
}

async function firstRecord(log: TopicLog["log"], signal: AbortSignal) {
  const over = AbortSignal.any([signal, AbortSignal.timeout(LOOK_MS)]);
  while (!over.aborted) {
    const [first] = (await log.take(LOOK_MS, over))?.records ?? [];
    if (first !== undefined) return first;
  }
  throw new NotNowError("the record that was read last did not come");
}
