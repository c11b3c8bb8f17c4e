import type { Mutation } from "../projections/index.ts";
import type { DeadLetterRow } from "../read-model/index.ts";
import type { AvroDecoder, DecodedDeadLetter, UnknownSchema } from "../schema-registry/index.ts";
import type { SourceRecord } from "../worker/index.ts";

/** What the values of a topic are. */
export type TopicContent = "mutations" | "dead-letters";

/** What a record brings to the tables. */
export type SinkContent =
  | { readonly outcome: "mutation"; readonly mutation: Mutation; readonly sourceOffset: number }
  | { readonly outcome: "reset"; readonly threadId: string; readonly generation: number }
  | { readonly outcome: "dead-letter"; readonly letter: DeadLetterRow };

/** What was made of a record: what it brings, or why that cannot be told. */
export type SinkRecord = SinkContent | { readonly outcome: "undecodable"; readonly reason: string };

const NO_BYTES = Buffer.alloc(0);

/** What a record holds; an unknown schema is to be fetched first. */
export function readRecord(
  decoder: AvroDecoder,
  content: TopicContent,
  { value }: SourceRecord,
): SinkRecord | UnknownSchema {
  const bytes = value ?? NO_BYTES;
  return content === "mutations" ? decoder.decodeMutation(bytes) : letterOf(decoder.decodeDeadLetter(bytes));
}

function letterOf(decoded: DecodedDeadLetter): SinkRecord | UnknownSchema {
  if (decoded.outcome !== "dead-letter") return decoded;
  const { observer, code, reason, threadId, rolloutId, position, partition, source } = decoded.letter;
  const from = { sourcePartition: partition, sourceOffset: source.offset, recordedAtMs: source.timestamp };
  return { outcome: "dead-letter", letter: { observer, code, reason, threadId, rolloutId, position, ...from } };
}
