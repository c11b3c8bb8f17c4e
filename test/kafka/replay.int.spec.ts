import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { replayGroup } from "../../src/kafka/index.ts";
import { FencedError } from "../../src/worker/index.ts";
import { BROKER, client, testGroup, testOutbox, testProducer, testTopic, unique } from "./support/cluster.ts";
import { expectCommitted } from "./support/offsets.ts";
import { mutation } from "./support/outputs.ts";

const run = promisify(execFile);

/** A group of a topic with two partitions of four records, their times 1000, 2000, 3000 and 4000, all consumed. */
async function consumedGroup() {
  const [topic, mutationsTopic] = [await testTopic("in", 2), await testTopic("out", 2)];
  const groupId = unique("group");
  const producer = await testProducer();
  const messages = [0, 1].flatMap((partition) =>
    [1000, 2000, 3000, 4000].map((time) => ({ value: "v", partition, timestamp: String(time) })),
  );
  await producer.send({ topic, messages });
  const outboxes = [0, 1].map((partition) => testOutbox({ groupId, topic, mutationsTopic, partition }));
  for (const outbox of outboxes) {
    await outbox.fence();
    await outbox.commit({ outputs: [], next: 4 });
  }
  const expectBoth = async (...offsets: readonly number[]) => {
    for (const [partition, offset] of offsets.entries()) await expectCommitted({ groupId, topic, partition }, offset);
  };
  await expectBoth(4, 4);
  return { groupId, topic, outboxes, expectBoth };
}

describe("replaying a group", () => {
  it.each([
    { to: "earliest", after: 0 },
    { to: { offset: 3 }, after: 3 },
    { to: { offset: 99 }, after: 4 },
    { to: { time: new Date(2500) }, after: 2 },
    { to: { time: new Date(9000) }, after: 4 },
  ] as const)("to $to sets it to $after", async ({ to, after }) => {
    const { groupId, topic, expectBoth } = await consumedGroup();

    const rows = await replayGroup(client, { groupId, topic, to, maySkip: false, dryRun: false });

    expect(rows).toEqual([
      { partition: 0, before: 4, after, wanted: after },
      { partition: 1, before: 4, after, wanted: after },
    ]);
    await expectBoth(after, after);
  });

  it.each([
    { maySkip: false, after: 1 },
    { maySkip: true, after: 3 },
  ])("leaves out what was not processed only if it may skip: $maySkip", async ({ maySkip, after }) => {
    const { groupId, topic } = await consumedGroup();
    await replayGroup(client, { groupId, topic, to: { offset: 1 }, partitions: [0], maySkip: false, dryRun: false });

    const ahead = { groupId, topic, to: { offset: 3 }, partitions: [0], maySkip } as const;
    const row = { partition: 0, before: 1, after, wanted: 3 };
    expect(await replayGroup(client, { ...ahead, dryRun: true })).toEqual([row]);
    expect(await replayGroup(client, { ...ahead, dryRun: false })).toEqual([row]);
    await expectCommitted({ groupId, topic, partition: 0 }, after);
  });

  it("sets only the partitions that are named", async () => {
    const { groupId, topic, expectBoth } = await consumedGroup();

    await replayGroup(client, { groupId, topic, to: "earliest", partitions: [1], maySkip: false, dryRun: false });

    await expectBoth(4, 0);
  });

  it("only tells what it would do on a dry run, and fences nobody", async () => {
    const { groupId, topic, outboxes, expectBoth } = await consumedGroup();

    const rows = await replayGroup(client, { groupId, topic, to: "earliest", maySkip: false, dryRun: true });

    expect(rows).toEqual([
      { partition: 0, before: 4, after: 0, wanted: 0 },
      { partition: 1, before: 4, after: 0, wanted: 0 },
    ]);
    await expectBoth(4, 4);
    await outboxes[0]?.commit({ outputs: [], next: 4 });
  });

  it("of a new group begins where it is told", async () => {
    const topic = await testTopic("in");
    const groupId = unique("group");

    expect(await replayGroup(client, { groupId, topic, to: "earliest", maySkip: false, dryRun: false })).toEqual([
      { partition: 0, before: null, after: 0, wanted: 0 },
    ]);
  });

  it("refuses a running worker, which finds the offset set when it has taken its partition back", async () => {
    const { groupId, topic, outboxes } = await consumedGroup();
    const [outbox = expect.fail()] = outboxes;
    const { group } = testGroup({ groupId, topic });
    const found: (number | null)[] = [];
    group.start(async ({ partition, log, membership, drain }) => {
      if (partition === 1) return;
      await replayGroup(client, { groupId, topic, to: { offset: 1 }, partitions: [0], maySkip: false, dryRun: false });
      await expect(outbox.commit({ outputs: [mutation("too late")], next: 5 })).rejects.toThrow(FencedError);
      expect(await membership.confirm(drain)).toBe(true);
      await outbox.fence();
      found.push(await log.committed());
    });

    await vi.waitUntil(() => found.length === 1, { timeout: 30_000 });
    expect(found).toEqual([1]);
  });

  it("may as well be done by Kafka's own tool while the group is stopped", async () => {
    const { groupId, topic, expectBoth } = await consumedGroup();
    const tool = join(String(process.env.KAFKA_TOOLS), "kafka-consumer-groups.sh");

    const reset = ["--reset-offsets", "--to-offset", "2", "--topic", topic, "--group", groupId, "--execute"];
    await run(tool, ["--bootstrap-server", BROKER, ...reset]);

    await expectBoth(2, 2);
  });
});
