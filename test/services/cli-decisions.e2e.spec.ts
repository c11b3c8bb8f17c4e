import { describe, expect, it } from "vitest";
import { createKafka, topicNames, writeDecision } from "../../src/kafka/index.ts";
import type { Decision } from "../../src/worker/index.ts";
import { Installation, linesOf } from "./cli-support.ts";
import { servicesEnv } from "./support/deployment.ts";

const HELD: Decision = {
  observer: "thread-item",
  partition: 1,
  offset: 17,
  threadId: "thread",
  action: "hold",
  reason: "it threw",
  isDone: false,
};

describe("a quarantined thread", () => {
  it("is listed, goes on by an operator's decision, and nothing else can be decided", async () => {
    const installation = new Installation();
    await installation.setUp();
    const brokers = servicesEnv().KAFKA_BROKERS ?? "";
    const client = createKafka({ brokers: brokers.split(","), clientId: "test" }, () => undefined);
    const topic = topicNames(installation.prefix).decisions;
    await writeDecision(client, topic, HELD);
    const decide = (thread: string) =>
      installation.run("decide", "skip", "--observer", "thread-item", "--thread", thread, "--offset", "17");

    const before = await installation.run("quarantined");
    const wrong = await decide("another");
    const decided = await decide("thread");
    const after = await installation.run("consume", "decisions", "--json");

    expect(linesOf(before.stdout)[1]?.split(/ {2,}/)).toEqual(["thread-item", "thread", "1", "17", "hold", "it threw"]);
    expect(wrong.code).toBe(1);
    expect(wrong.stderr).toContain("thread another of thread-item at offset 17 is not quarantined");
    expect(decided.code).toBe(0);
    expect(linesOf(after.stdout).map((line) => JSON.parse(line) as Decision)).toEqual([
      HELD,
      { ...HELD, action: "skip", reason: "decided by an operator" },
    ]);
  });
});
