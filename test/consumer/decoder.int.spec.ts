import { describe, expect, it } from "vitest";
import { createMutationDecoder, parseThreadItem } from "../../src/consumer/index.ts";
import { agentMessage, itemUpsert, sampleMutations, turnUpsert } from "../../src/testing/index.ts";
import { RegistryUnavailableError } from "../../src/worker/index.ts";
import { MutationLog, schemaRegistryUrl } from "./support/mutation-log.ts";

describe("decoding mutations that another client reads", () => {
  it("gives each as it was published, with its version", async () => {
    const log = await MutationLog.make();
    const decoder = createMutationDecoder({ schemaRegistryUrl });
    const samples = sampleMutations();
    const decoded = await Promise.all(samples.map((one) => decoder.decode(log.valueOf(one))));

    expect(decoded).toEqual(
      samples.map(({ mutation, sourceOffset }) => ({
        outcome: "mutation",
        mutation,
        version: expect.stringMatching(/^[0-9a-f]{28}$/),
        sourceOffset,
        elidedBytes: 0,
      })),
    );
  });

  it("gives versions that order mutations as their records do, whatever the numbers", async () => {
    const log = await MutationLog.make();
    const decoder = createMutationDecoder({ schemaRegistryUrl });
    const places = [
      { generation: 0, sourceOffset: 9 },
      { generation: 0, sourceOffset: 10 },
      { generation: 0, sourceOffset: 2 ** 40 },
      { generation: 1, sourceOffset: 0 },
      { generation: 16, sourceOffset: 0 },
    ];
    const versions = await Promise.all(
      places.map(async ({ generation, sourceOffset }) => {
        const decoded = await decoder.decode(log.valueOf({ mutation: turnUpsert({ generation }), sourceOffset }));
        return decoded.outcome === "mutation" ? decoded.version : decoded.outcome;
      }),
    );
    expect(versions).toEqual([...versions].sort());
    expect(new Set(versions).size).toBe(5);
  });

  it("gives an item's JSON verbatim, and parsed where that is asked for", async () => {
    const log = await MutationLog.make();
    const decoder = createMutationDecoder({ schemaRegistryUrl });
    const mutation = itemUpsert({ item: agentMessage("a", "Nothing.", "final_answer") });
    const decoded = await decoder.decode(log.valueOf({ mutation, sourceOffset: 1 }));
    if (decoded.outcome !== "mutation" || decoded.mutation.type !== "thread_item") throw new Error(decoded.outcome);
    const text = decoded.mutation.payload.materializedThreadItem;
    if (text === null) throw new Error("no item");
    const item = parseThreadItem(text);
    expect(item.type === "agentMessage" ? [item.text, item.phase] : item.type).toEqual(["Nothing.", "final_answer"]);
  });

  it.each([
    { what: "no bytes", value: Buffer.alloc(0), code: "not-avro", reason: "no schema id: the value is empty" },
    { what: "text", value: Buffer.from("{}"), code: "not-avro", reason: "no schema id: the 2 bytes begin 7b7d" },
  ])("says of $what why it is unreadable", async ({ value, code, reason }) => {
    const decoder = createMutationDecoder({ schemaRegistryUrl });
    expect(await decoder.decode(value)).toEqual({ outcome: "unreadable", code, reason });
  });

  it("says so of a mutation whose id tells no order", async () => {
    const log = await MutationLog.make();
    const decoder = createMutationDecoder({ schemaRegistryUrl });
    const mutation = { ...turnUpsert(), mutationId: "mine" };
    expect(await decoder.decode(log.valueOf({ mutation, sourceOffset: 0 }))).toEqual({
      outcome: "unreadable",
      code: "incompatible-schema",
      reason: "mine is no mutation id",
    });
  });

  it("fails while the registry cannot be asked, to be tried again", async () => {
    const decoder = createMutationDecoder({ schemaRegistryUrl: "http://127.0.0.1:1" });
    await expect(decoder.decode(Buffer.from([0, 0, 0, 0, 1, 0]))).rejects.toThrow(RegistryUnavailableError);
  });
});
