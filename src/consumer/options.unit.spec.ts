import { describe, expect, it } from "vitest";
import { createMutationDecoder } from "./decoder.ts";
import { ConsumerOptionsError } from "./errors.ts";
import { checkedReaderOptions, type MutationReaderOptions } from "./options.ts";
import { createMutationReader } from "./reader.ts";

const REQUIRED = { brokers: ["127.0.0.1:9092"], schemaRegistryUrl: "http://127.0.0.1:8081" };

describe("the options of a reader of mutations", () => {
  it("have defaults, but for where the services are", () => {
    expect(checkedReaderOptions(REQUIRED)).toEqual({
      ...REQUIRED,
      prefix: "thread-history",
      clientId: "thread-history",
      topics: ["thread-items", "turn-summaries", "lifecycle-events"],
      from: "earliest",
      follow: true,
    });
  });

  it.each<MutationReaderOptions["from"]>([
    "earliest",
    "latest",
    { time: new Date(0) },
    {},
    { "thread-items": { 0: 17, 1: 0 } },
  ])("take %j as a place to begin at", (from) => {
    expect(checkedReaderOptions({ ...REQUIRED, from }).from).toEqual(from);
  });

  it("take a position that was stored as JSON", () => {
    const from = JSON.parse('{"turn-summaries":{"0":9007199254740991}}') as MutationReaderOptions["from"];
    expect(checkedReaderOptions({ ...REQUIRED, from }).from).toEqual({
      "turn-summaries": { 0: 9_007_199_254_740_991 },
    });
  });

  it.each<[object, string]>([
    [{ brokers: [] }, "brokers: "],
    [{ schemaRegistryUrl: "registry" }, "schemaRegistryUrl: it must be an http or https URL"],
    [{ topics: [] }, "topics: "],
    [{ topics: ["items"] }, "topics.0: "],
    [{ partitions: [-1] }, "partitions.0: "],
    [{ from: "begin" }, 'from: it must be "earliest", "latest", { time: Date } or the position of a mutation'],
    [{ from: { "thread-items": { 0: -1 } } }, "from.thread-items.0: "],
    [{ from: { "thread-items": { "0.5": 1 } } }, "from: it must be"],
    [{ from: { items: {} } }, 'from: Unrecognized key: "items"'],
    [{ follow: "yes" }, "follow: "],
    [{ signal: {} }, "signal: it must be an AbortSignal"],
    [{ onRetry: true }, "onRetry: it must be a function"],
    [{ tls: { key: "k" } }, "tls.key: a certificate needs its key"],
    [{ fromPosition: {} }, "fromPosition"],
  ])("%j is refused by its name", (wrong, message) => {
    const options = { ...REQUIRED, ...wrong } as MutationReaderOptions;
    expect(() => createMutationReader(options)).toThrow(ConsumerOptionsError);
    expect(() => createMutationReader(options)).toThrow(message);
  });

  it("a decoder needs a registry", () => {
    expect(() => createMutationDecoder({ schemaRegistryUrl: "" })).toThrow(ConsumerOptionsError);
  });
});
