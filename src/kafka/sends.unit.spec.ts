import { expect, it } from "vitest";
import { sendsOf } from "./sends.ts";

/** `"a 300"`: 300 bytes for topic a, partition 0; `"a/1 300"` for partition 1. */
function cut(maxBytes: number, ...messages: readonly string[]): string[] {
  const sends = sendsOf(
    messages.map((text) => {
      const [, topic = "", partition = "0", bytes] = /^(\w+)(?:\/(\d+))? (\d+)$/.exec(text) ?? [];
      return { topic, message: { partition: Number(partition), key: null, value: Buffer.alloc(Number(bytes)) } };
    }),
    maxBytes,
  );
  return sends.map((send) =>
    send.map(({ topic, messages: batch }) => `${topic} ${batch.map(({ value }) => value?.length)}`).join(" and "),
  );
}

it.each([
  { what: "what fits, in one", messages: ["a 300", "a 300", "b 900"], sends: ["a 300,300 and b 900"] },
  { what: "what does not fit, in order", messages: ["a 600", "a 600", "a 100"], sends: ["a 600", "a 600,100"] },
  { what: "a larger one alone", messages: ["a 100", "a 5000", "a 100"], sends: ["a 100", "a 5000", "a 100"] },
  { what: "each partition by itself", messages: ["a 600", "a/1 600", "b 600"], sends: ["a 600,600 and b 600"] },
  { what: "topics side by side", messages: ["a 600", "a 600", "b 1"], sends: ["a 600 and b 1", "a 600"] },
  { what: "nothing", messages: [], sends: [] },
])("sends hold $what", ({ messages, sends }) => {
  expect(cut(1_000, ...messages)).toEqual(sends);
});
