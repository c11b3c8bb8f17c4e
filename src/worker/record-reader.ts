import type { Clock } from "./clock.ts";
import { type RecordCodec, RegistryUnavailableError } from "./record-codec.ts";
import type { RolloutRecord, SourceRecord } from "./records.ts";
import type { WorkerListener } from "./worker-event.ts";

/** A registry that does not answer is asked again after this, twice as long each time, up to the second. */
const RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** A record of the log: what a thread can take, or why none can. */
export type ReadRecord =
  | { readonly source: SourceRecord; readonly record: RolloutRecord; readonly refusal: null }
  | {
      readonly source: SourceRecord;
      readonly record: RolloutRecord | null;
      readonly refusal: { readonly code: "not-avro" | "incompatible-schema" | "key-mismatch"; readonly reason: string };
    };

interface ReaderPorts {
  readonly codec: RecordCodec;
  readonly clock: Clock;
  readonly listener: WorkerListener;
}

/** Reads the envelopes of records. Waits for a registry that does not answer when it needs a schema it has not met. */
export async function readRecords(
  sources: readonly SourceRecord[],
  ports: ReaderPorts,
  signal: AbortSignal,
): Promise<ReadRecord[]> {
  const read: ReadRecord[] = [];
  for (const source of sources) {
    let one = readRecord(source, ports.codec);
    while (typeof one === "number") {
      await fetchSchema(one, ports, signal);
      if (signal.aborted) return read;
      one = readRecord(source, ports.codec);
    }
    read.push(one);
  }
  return read;
}

/** A number is the id of a schema to be fetched first. */
function readRecord(source: SourceRecord, codec: RecordCodec): ReadRecord | number {
  const { key, value } = source;
  if (value === null) return { source, record: null, refusal: { code: "not-avro", reason: "the record has no value" } };
  const decoded = codec.decode(value);
  switch (decoded.outcome) {
    case "unknown-schema":
      return decoded.schemaId;
    case "undecodable":
      return { source, record: null, refusal: decoded };
    case "record": {
      const { record } = decoded;
      const { threadId } = record;
      if (key !== null && key.length === Buffer.byteLength(threadId) && key.toString() === threadId)
        return { source, record, refusal: null };
      const found = key === null ? "no key" : `key ${JSON.stringify(key.toString().slice(0, 100))}`;
      const reason = `the record has ${found}, not the id of its thread, ${threadId}: the order of the thread is not kept`;
      return { source, record, refusal: { code: "key-mismatch", reason } };
    }
  }
}

async function fetchSchema(id: number, { codec, clock, listener }: ReaderPorts, signal: AbortSignal): Promise<void> {
  for (let waitMs = RETRY_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
    try {
      return await codec.fetchSchema(id);
    } catch (error) {
      if (!(error instanceof RegistryUnavailableError)) throw error;
      listener({ type: "phase", phase: "waiting-for-registry", detail: `schema ${id}: ${error.message}` });
      await clock.sleep(waitMs, signal);
    }
  }
}
