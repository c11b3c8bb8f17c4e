import type { DeadLetter, Output } from "../../../src/worker/index.ts";

/** A mutation whose value is `text`. */
export function mutation(text: string, value: Buffer = Buffer.from(text)): Output {
  return {
    type: "mutation",
    mutation: { threadId: `thread of ${text}` } as Extract<Output, { type: "mutation" }>["mutation"],
    sourceOffset: 0,
    value,
  };
}

export function deadLetter(text: string, key: string | null): Output {
  const source = { offset: 0, timestamp: 0, key: key === null ? null : Buffer.from(key), value: null };
  const letter: DeadLetter = {
    observer: "lifecycle",
    code: "not-avro",
    reason: text,
    source,
    threadId: null,
    rolloutId: null,
    position: null,
  };
  return { type: "dead-letter", letter, value: Buffer.from(text) };
}
