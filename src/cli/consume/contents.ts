import { isUtf8 } from "node:buffer";
import type { TopicNames, TopicRecord } from "../../kafka/index.ts";
import { mutationJson } from "../../projections/index.ts";
import type { AvroDecoder, PublishedDeadLetter } from "../../schema-registry/index.ts";
import type { RolloutRecord } from "../../worker/index.ts";
import { printable, shortened } from "../terminal.ts";
import { readableMutation } from "./readable-mutation.ts";

/** A record's value, for programs and for people. */
export type Content =
  | { readonly outcome: "content"; readonly json: string; readonly text: string }
  | { readonly outcome: "undecodable"; readonly reason: string }
  /** `fetchSchema`, then read again. */
  | { readonly outcome: "unknown-schema"; readonly schemaId: number };

/** Reads the values of one topic. */
export type ReadContent = (value: Buffer) => Content;

const TEXT_LENGTH = 160;

/** How the values of each topic are read. */
export function contentReader(topic: keyof TopicNames, decoder: AvroDecoder): ReadContent {
  switch (topic) {
    case "rolloutEvents":
      return (value) => rolloutEvent(decoder, value);
    case "threadItems":
    case "turnSummaries":
    case "lifecycleEvents":
      return (value) => mutation(decoder, value);
    case "deadLetters":
      return (value) => deadLetter(decoder, value);
    case "decisions":
      return decision;
  }
}

/** `3/41  2026-01-31T12:00:00.000Z  …`: a record for people. */
export function readable({ partition, offset, timestamp }: TopicRecord, text: string): string {
  return `${partition}/${offset}  ${new Date(timestamp).toISOString()}  ${shortened(printable(text), TEXT_LENGTH)}`;
}

function mutation(decoder: AvroDecoder, value: Buffer): Content {
  const decoded = decoder.decodeMutation(value);
  if (decoded.outcome === "reset") {
    const { threadId, generation } = decoded;
    const json = JSON.stringify({ mutationKind: "reset", threadId, generation });
    return { outcome: "content", json, text: `${threadId}  reset: older generations than ${generation} are void` };
  }
  if (decoded.outcome !== "mutation") return decoded;
  return { outcome: "content", json: mutationJson(decoded.mutation), text: readableMutation(decoded.mutation) };
}

function rolloutEvent(decoder: AvroDecoder, value: Buffer): Content {
  const decoded = decoder.decodeRolloutEvent(value);
  if (decoded.outcome !== "record") return decoded;
  const { threadId, rolloutId, position, kind, eventType, line, oversized } = decoded.record;
  const place = rolloutId === threadId ? threadId : `${threadId} ${rolloutId}`;
  const what = oversized === null ? line.toString("utf8", 0, 4 * TEXT_LENGTH) : `(a line of ${oversized.bytes} bytes)`;
  const text = `${place}:${position}  ${eventType ?? kind}  ${what}`;
  return { outcome: "content", json: rolloutEventJson(decoded.record), text };
}

/** A line is text if it can be. */
function rolloutEventJson({ line, ...envelope }: RolloutRecord): string {
  return JSON.stringify({ ...envelope, ...bytesJson("line", line) });
}

function deadLetter(decoder: AvroDecoder, value: Buffer): Content {
  const decoded = decoder.decodeDeadLetter(value);
  if (decoded.outcome !== "dead-letter") return decoded;
  const { observer, code, reason, topic, partition, source, threadId } = decoded.letter;
  const text = `${observer}  ${code}  ${topic}/${partition}/${source.offset}  ${threadId ?? "no thread"}  ${reason}`;
  return { outcome: "content", json: deadLetterJson(decoded.letter), text };
}

function deadLetterJson({ source, ...letter }: PublishedDeadLetter): string {
  const { offset, timestamp, key, value } = source;
  const bytes = { ...bytesJson("key", key), ...bytesJson("value", value) };
  return JSON.stringify({ ...letter, source: { offset, timestamp, ...bytes } });
}

/** Values of decisions are JSON already. */
function decision(value: Buffer): Content {
  const text = value.toString("utf8");
  return { outcome: "content", json: text, text };
}

/** `{name: text}`, or `{nameBase64: …}` of bytes that are no text. */
function bytesJson(name: string, bytes: Buffer | null): Record<string, string | null> {
  if (bytes === null) return { [name]: null };
  return isUtf8(bytes) ? { [name]: bytes.toString("utf8") } : { [`${name}Base64`]: bytes.toString("base64") };
}
