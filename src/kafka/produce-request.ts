import type { Broker, Cluster, Message } from "kafkajs";
import { CompressionTypes } from "./kafkajs-exports.ts";
import { SizedBatch } from "./record-batch-writer.ts";

/** What kafkajs's producer asks a broker for. */
export interface ProduceRequest {
  readonly transactionalId?: string | null | undefined;
  readonly producerId: number | string;
  readonly producerEpoch: number;
  readonly acks: number;
  readonly timeout: number;
  readonly compression: number;
  readonly topicData: readonly {
    readonly topic: string;
    readonly partitions: readonly {
      readonly partition: number | string;
      readonly firstSequence: number;
      readonly messages: readonly Message[];
    }[];
  }[];
}

/** What kafkajs makes of a request before it is sent. */
interface Prepared {
  readonly request: { readonly apiVersion: number; readonly encode: () => Promise<Encoded> };
  readonly response: object;
}

/** What kafkajs takes for an encoder of its own: it copies the bytes at once into the request's. */
interface Encoded {
  readonly buf: Buffer;
  readonly buffer: Buffer;
}

type LookupRequest = (apiKey: number, definition: unknown) => (request: unknown) => Prepared;

interface WithLookup {
  lookupRequest: LookupRequest;
}

const PRODUCE = 0;
/** Versions of the request that hold batches of format 2; all of them alike. */
const FIRST_VERSION = 3;
const LAST_VERSION = 7;

/**
 * Has producers on this cluster write their record batches here: kafkajs makes several buffers for each record, which is most
 * of what producing costs it (ADR 0055). What is compressed, or has times of its own, kafkajs writes.
 */
export function writeOwnBatches(cluster: Cluster): void {
  const findBroker = cluster.findBroker.bind(cluster);
  cluster.findBroker = async (node) => writingOwnBatches(await findBroker(node));
}

/** Lookups that were replaced: a broker gets a new one whenever it is connected. */
const own = new WeakSet<LookupRequest>();

function writingOwnBatches(broker: Broker): Broker {
  const requests = broker as unknown as WithLookup;
  const { lookupRequest } = requests;
  if (own.has(lookupRequest)) return broker;
  requests.lookupRequest = (apiKey, definition) => {
    const prepare = lookupRequest(apiKey, definition);
    return apiKey === PRODUCE ? (request) => withOwnBatch(prepare(request), request as ProduceRequest) : prepare;
  };
  own.add(requests.lookupRequest);
  return broker;
}

function withOwnBatch(prepared: Prepared, asked: ProduceRequest): Prepared {
  const { apiVersion } = prepared.request;
  if (apiVersion < FIRST_VERSION || apiVersion > LAST_VERSION || !canWrite(asked)) return prepared;
  const written: Encoded = {
    buf: memory,
    get buffer() {
      return produceBytes(asked, Date.now(), memoryOf);
    },
  };
  return { ...prepared, request: { ...prepared.request, encode: () => Promise.resolve(written) } };
}

/** Serves one request after the other, since each is copied as soon as it is written; a very large one has its own. */
let memory = Buffer.alloc(0);
const KEPT_BYTES = 1024 * 1024;

function memoryOf(bytes: number): Buffer {
  if (bytes > KEPT_BYTES) return Buffer.allocUnsafeSlow(bytes);
  if (bytes > memory.length) memory = Buffer.allocUnsafeSlow(KEPT_BYTES);
  return memory.subarray(0, bytes);
}

function canWrite({ compression, topicData }: ProduceRequest): boolean {
  const isTimed = ({ timestamp }: Message): boolean => timestamp !== undefined && timestamp !== null;
  return (
    compression === CompressionTypes.None &&
    !topicData.some(({ partitions }) => partitions.some(({ messages }) => messages.some(isTimed)))
  );
}

/** The body of the request, in memory that it is given: transactional id, acks, timeout, and by topic and partition a batch. */
export function produceBytes(asked: ProduceRequest, timestamp: number, room: (bytes: number) => Buffer): Buffer {
  const { transactionalId, producerId, producerEpoch, acks, timeout, topicData } = asked;
  const isTransactional = typeof transactionalId === "string" && transactionalId !== "";
  const id = { producerId: BigInt(producerId), producerEpoch, isTransactional, timestamp };
  const topics = topicData.map(({ topic, partitions }) => ({
    topic,
    batches: partitions.map(({ partition, firstSequence, messages }) => ({
      partition: Number(partition),
      batch: new SizedBatch({ ...id, firstSequence, messages }),
    })),
  }));
  let size = textBytes(transactionalId) + 2 + 4 + 4;
  for (const { topic, batches } of topics) {
    size += textBytes(topic) + 4;
    for (const { batch } of batches) size += 4 + 4 + batch.bytes;
  }
  const bytes = room(size);
  let at = writeText(bytes, 0, transactionalId);
  at = bytes.writeInt16BE(acks, at);
  at = bytes.writeInt32BE(timeout, at);
  at = bytes.writeInt32BE(topics.length, at);
  for (const { topic, batches } of topics) {
    at = writeText(bytes, at, topic);
    at = bytes.writeInt32BE(batches.length, at);
    for (const { partition, batch } of batches) {
      at = bytes.writeInt32BE(partition, at);
      at = bytes.writeInt32BE(batch.bytes, at);
      at = batch.write(bytes, at);
    }
  }
  return bytes;
}

function textBytes(text: string | null | undefined): number {
  return 2 + (text === null || text === undefined ? 0 : Buffer.byteLength(text));
}

function writeText(into: Buffer, start: number, text: string | null | undefined): number {
  if (text === null || text === undefined) return into.writeInt16BE(-1, start);
  const at = into.writeInt16BE(Buffer.byteLength(text), start);
  return at + into.write(text, at);
}
