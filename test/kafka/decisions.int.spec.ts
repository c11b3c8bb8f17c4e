import { describe, expect, it, onTestFinished, vi } from "vitest";
import { decisionMessage } from "../../src/kafka/decision-record.ts";
import { type DecisionsEvent, KafkaDecisions, writeDecision } from "../../src/kafka/index.ts";
import type { Decision } from "../../src/worker/index.ts";
import { client, testProducer, testTopic, unique } from "./support/cluster.ts";

const HELD: Decision = {
  observer: "thread-item",
  partition: 3,
  offset: 17,
  threadId: "thread",
  action: "hold",
  reason: "it threw",
  isDone: false,
};

async function decisions() {
  const topic = await testTopic("decisions", 1, { "cleanup.policy": "compact" });
  const events: DecisionsEvent[] = [];
  const followed = new KafkaDecisions(client, topic, (event) => events.push(event));
  await followed.open();
  onTestFinished(() => followed.close());
  return { topic, followed, events };
}

describe("decisions", () => {
  it("are all that were made until now, the newest of each record", async () => {
    const { topic, followed } = await decisions();
    expect(await followed.read()).toEqual([]);

    await writeDecision(client, topic, HELD);
    await writeDecision(client, topic, { ...HELD, offset: 18 });
    await writeDecision(client, topic, { ...HELD, action: "skip", reason: "the operator said so" });

    expect(await followed.read()).toEqual([
      { ...HELD, action: "skip", reason: "the operator said so" },
      { ...HELD, offset: 18 },
    ]);
  });

  it("are settled only when what was open before them has ended: it hides them", async () => {
    const { topic, followed } = await decisions();
    const message = decisionMessage(HELD);
    const [other, own] = [await testProducer(unique("other")), await testProducer(unique("own"))];
    const left = await other.transaction();
    await left.send({ topic, messages: [{ key: "another partition's", value: null }] });
    const committed = await own.transaction();
    await committed.send({ topic, messages: [message] });
    await committed.commit();
    expect(await followed.read()).toEqual([]);

    let isSettled = false;
    const settled = followed.settled(new AbortController().signal).then(() => {
      isSettled = true;
    });
    await writeDecision(client, topic, { ...HELD, offset: 18 });
    expect(isSettled).toBe(false);
    await left.abort();
    await settled;

    expect(await followed.read()).toContainEqual(HELD);
  });

  it("are not waited for by one who has to stop", async () => {
    const { topic, followed } = await decisions();
    const other = await testProducer(unique("other"));
    const left = await other.transaction();
    await left.send({ topic, messages: [{ key: "another partition's", value: null }] });
    const stop = new AbortController();

    const settled = followed.settled(stop.signal);
    stop.abort();

    await settled;
    await left.abort();
  });

  it("raise the version by themselves when they come in later", async () => {
    const { topic, followed } = await decisions();
    const before = followed.version;

    await writeDecision(client, topic, HELD);

    await vi.waitUntil(() => followed.version > before, { timeout: 10_000 });
  });

  it("that are not decisions are left out, visibly; one without a value withdraws", async () => {
    const { topic, followed, events } = await decisions();
    await writeDecision(client, topic, HELD);
    const producer = await testProducer();
    const values = ["{", JSON.stringify({ ...HELD, action: "retyr" }), JSON.stringify({ ...HELD, offset: "17" })];
    await producer.send({ topic, messages: values.map((value) => ({ key: "by hand", value })) });
    expect(await followed.read()).toEqual([HELD]);

    await producer.send({ topic, messages: [{ key: "thread-item/3/17", value: null }] });

    expect(await followed.read()).toEqual([]);
    expect(events.filter(({ type }) => type === "malformed")).toEqual([
      { type: "malformed", offset: 1, reason: expect.stringContaining("not JSON") },
      { type: "malformed", offset: 2, reason: 'action must be one of hold, skip, retry, not "retyr"' },
      { type: "malformed", offset: 3, reason: 'offset must be a whole number, not "17"' },
    ]);
  });
});
