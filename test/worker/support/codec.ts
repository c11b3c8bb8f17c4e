import { mutationJson } from "../../../src/projections/index.ts";
import type { RecordCodec, RolloutRecord } from "../../../src/worker/index.ts";

/** Envelopes as JSON: what bytes they are is the schema registry's affair, and tested there. */
export const testCodec: RecordCodec & { encode(record: RolloutRecord): Buffer } = {
  encode: (record) => Buffer.from(JSON.stringify({ ...record, line: record.line.toString("base64") })),
  decode(value) {
    try {
      const record = JSON.parse(value.toString());
      return { outcome: "record", record: { ...record, line: Buffer.from(record.line, "base64") } };
    } catch {
      return { outcome: "undecodable", code: "not-avro", reason: "not JSON" };
    }
  },
  fetchSchema: () => Promise.resolve(),
  encodeMutation: (mutation, sourceOffset, elidedBytes) =>
    Buffer.from(`${sourceOffset} ${elidedBytes} ${mutationJson(mutation)}`),
  encodeDeadLetter: ({ code, reason }) => Buffer.from(`${code} ${reason}`),
};
