import { describe, expect, it } from "vitest";
import { contentOf, recordsFrom, testTopic, write } from "./support/cluster.ts";

/** Words that repeat, and what does not get smaller. */
const values = Array.from({ length: 500 }, (_, n) => `${n} ${"thread ".repeat(n % 60)}${Math.sin(n)}`);

describe("records that the broker keeps compressed, as a topic's compression.type says", () => {
  it.each(["gzip", "snappy", "lz4", "zstd"])("are read: %s", async (codec) => {
    const topic = await testTopic(codec, 1, { "compression.type": codec });

    await write(topic, values);

    expect((await contentOf(topic)).map(({ value }) => String(value))).toEqual(values);
    expect((await recordsFrom(topic, { offset: 250 })).map(({ value }) => String(value))).toEqual(values.slice(250));
  });
});
