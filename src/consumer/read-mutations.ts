import { kafkaConfigOf } from "../client-options/index.ts";
import {
  createKafka,
  type ExactPlaces,
  OffsetOutOfRangeError,
  type ReadFrom,
  readTopics,
  type TopicBatch,
} from "../kafka/index.ts";
import { systemClock } from "../time/index.ts";
import { RegistryUnavailableError } from "../worker/index.ts";
import type { DecodedMutation, MutationDecoder, ReadMutation } from "./decoded.ts";
import { MutationReadError, PositionLostError, UnreadableMutationError } from "./errors.ts";
import type { CheckedReaderOptions, ReadMutationsFrom } from "./options.ts";
import { advanced, type MutationPosition, type MutationTopic } from "./position.ts";
import { openDecoder } from "./registry-decoder.ts";

/** Wait before the schema registry is asked again: it is asked once for each schema, so a second is soon enough. */
const REGISTRY_RETRY_MS = 1_000;
const NO_BYTES = Buffer.alloc(0);

/** Reads mutations; tells `moved` where reading stands whenever it moves, before a mutation is given out. */
export async function* readMutations(
  options: CheckedReaderOptions,
  moved: (position: MutationPosition) => void,
): AsyncGenerator<ReadMutation> {
  const { topics, prefix, follow, partitions, from, onRetry = () => undefined } = options;
  const signal = options.signal ?? new AbortController().signal;
  const decoder = openDecoder(options.schemaRegistryUrl);
  const decode = (value: Buffer) => decodePatiently(decoder, value, onRetry, signal);
  const place = new Place(typeof from === "object" && !isTime(from) ? from : {}, moved);
  const byName = new Map(topics.map((topic) => [`${prefix}.${topic}`, topic] as const));
  const starts = new Map([...byName].map(([name, topic]) => [name, startOf(from, topic)] as const));
  const onStart = (name: string, partition: number, next: number) => {
    place.move(place.behind(topicOf(byName, name), partition, next));
  };
  const client = createKafka(kafkaConfigOf(options), options.log ?? (() => undefined));
  try {
    for await (const batch of readTopics(client, starts, { follow, partitions, signal, onError: onRetry, onStart }))
      yield* mutationsOf(batch, topicOf(byName, batch.topic), decode, place);
  } catch (error) {
    throw typed(error, prefix);
  }
}

/** Where reading stands. */
class Place {
  #position: MutationPosition;
  readonly #moved: (position: MutationPosition) => void;

  constructor(position: MutationPosition, moved: (position: MutationPosition) => void) {
    this.#position = position;
    this.#moved = moved;
  }

  /** Where reading would stand once a partition was read up to there. */
  behind(topic: MutationTopic, partition: number, next: number): MutationPosition {
    return advanced(this.#position, topic, partition, next);
  }

  move(position: MutationPosition): void {
    this.#position = position;
    this.#moved(position);
  }
}

/** Of a batch, until reading is ended. */
async function* mutationsOf(
  { partition, records, next }: TopicBatch,
  topic: MutationTopic,
  decode: (value: Buffer) => Promise<DecodedMutation | null>,
  place: Place,
): AsyncGenerator<ReadMutation> {
  for (const { offset, value } of records) {
    const decoded = await decode(value ?? NO_BYTES);
    if (decoded === null) return;
    const position = place.behind(topic, partition, offset + 1);
    const at = { topic, partition, offset, position };
    if (decoded.outcome === "unreadable") throw new UnreadableMutationError(at, decoded);
    place.move(position);
    yield { ...decoded, ...at };
  }
  place.move(place.behind(topic, partition, next));
}

/** What a value holds, however long the registry is away; null when reading was ended meanwhile. */
async function decodePatiently(
  decoder: MutationDecoder,
  value: Buffer,
  onRetry: (error: unknown) => void,
  signal: AbortSignal,
): Promise<DecodedMutation | null> {
  while (!signal.aborted) {
    try {
      return await decoder.decode(value);
    } catch (error) {
      if (!(error instanceof RegistryUnavailableError)) throw error;
      onRetry(error);
      await systemClock.sleep(REGISTRY_RETRY_MS, signal);
    }
  }
  return null;
}

function startOf(from: ReadMutationsFrom, topic: MutationTopic): ReadFrom | ExactPlaces {
  if (typeof from === "string" || isTime(from)) return from;
  const places = Object.entries(from[topic] ?? {});
  return { places: new Map(places.map(([partition, next]) => [Number(partition), next])) };
}

function isTime(from: object): from is { readonly time: Date } {
  return "time" in from;
}

function topicOf(byName: ReadonlyMap<string, MutationTopic>, name: string): MutationTopic {
  const topic = byName.get(name);
  if (topic === undefined) throw new Error(`${name} was not asked for`);
  return topic;
}

function typed(error: unknown, prefix: string): unknown {
  if (error instanceof UnreadableMutationError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof OffsetOutOfRangeError) return new PositionLostError(message, { cause: error });
  return new MutationReadError(`the mutations of ${prefix} cannot be read: ${message}`, { cause: error });
}
