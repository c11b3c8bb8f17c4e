import { join } from "node:path";
import { PartitionAssigners } from "kafkajs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createKafka } from "../../src/kafka/index.ts";
import { recordsOf } from "../worker/support/workload.ts";
import { Checkpoints } from "./support/checkpoints.ts";
import { Deployment, servicesEnv, type WorkerProcess } from "./support/deployment.ts";
import { Group, PATIENCE } from "./support/group.ts";
import { emittedIn, Input, threadsPerPartition } from "./support/input.ts";
import { committedMutations } from "./support/verifier.ts";

const OBSERVER = "thread-item";
const PARTITIONS = 3;
/** How often a member joins and leaves. */
const REBALANCES = 10;
const OTHER_FORMAT = join(import.meta.dirname, "support", "other-format.ts");

describe("a group without rest", () => {
  const deployment = new Deployment({ ...servicesEnv(), THREAD_HISTORY_TOPICS_PARTITIONS: String(PARTITIONS) });
  const threads = threadsPerPartition(PARTITIONS, 2, 300, 5);
  const partitions = [...Array(PARTITIONS).keys()];
  const checkpoints = new Checkpoints(deployment, OBSERVER);
  let sent = 0;
  let group: Group;
  let input: Input;

  /** Sends the next records of each thread. */
  const send = async (each: number) => {
    const from = sent;
    sent += each;
    await input.send(threads.flatMap((thread) => recordsOf(thread, thread.threadId).slice(from, sent)));
  };
  /** Workers that take their time, so that there is always a transaction to be met. */
  const slow = (env: Readonly<Record<string, string>> = {}) =>
    deployment.workerIn(env, "--observer", OBSERVER, "--set", "worker.transactionRecords=5");
  const newer = () => slow({ NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --import=${OTHER_FORMAT}` });
  const runs = (worker: WorkerProcess, atLeast: number) =>
    vi.waitFor(async () => {
      expect((await worker.ask("/readyz")).status).toBe(200);
      const { body } = await worker.ask("/metrics");
      const running = body.split("\n").filter((line) => /_partition_phase\{.*phase="running".* 1$/.test(line));
      expect(running.length).toBeGreaterThanOrEqual(atLeast);
    }, PATIENCE);
  const formats = async () =>
    await Promise.all(partitions.map((partition) => checkpoints.redis.hget(checkpoints.headKey(partition), "format")));

  beforeAll(async () => {
    await deployment.setUp();
    [group, input] = await Promise.all([Group.open(deployment, OBSERVER), Input.open(deployment, PARTITIONS)]);
  });
  afterAll(async () => {
    await deployment.stop();
    checkpoints.close();
    await Promise.all([input.close(), group.close()]);
  });

  it("a member joins, takes partitions, and leaves, again and again: the worker goes on in between", async () => {
    const worker = slow();
    await runs(worker, PARTITIONS);
    for (let n = 0; n < REBALANCES; n++) {
      await send(5);
      await joinedAndLeft(deployment, group);
    }

    await group.caughtUp();
    await runs(worker, PARTITIONS);
    expect(await worker.metric("partition_phase")).toBe(PARTITIONS);
  });

  it("a version that stores states otherwise joins: both work, each on what is its own, and nothing stops", async () => {
    const newerOne = newer();
    await runs(newerOne, 1);
    await send(20);
    await group.caughtUp();

    expect(new Set(await formats())).toEqual(new Set(["1", "other"]));
    expect(deployment.workers).toHaveLength(2);
  });

  it("the older one is replaced: the newer one goes on with all of it", async () => {
    const [older = slow(), newerOne = newer()] = deployment.workers;
    await send(20);
    expect(await older.drain()).toBe(0);
    await runs(newerOne, PARTITIONS);
    await group.caughtUp();

    await vi.waitFor(async () => expect(await formats()).toEqual(["other", "other", "other"]), PATIENCE);
  });

  it("and back: the older version goes on from what the newer one emitted", async () => {
    const [newerOne = newer()] = deployment.workers;
    const older = slow();
    await runs(older, 1);
    await send(20);
    expect(await newerOne.drain()).toBe(0);
    await runs(older, PARTITIONS);
    await group.caughtUp();

    await vi.waitFor(async () => expect(await formats()).toEqual(["1", "1", "1"]), PATIENCE);
    expect(await older.drain()).toBe(0);
  });

  it("and through all of it each mutation comes out once", async () => {
    const published = await committedMutations(`${deployment.prefix}.thread-items`, deployment.env);

    const expected = partitions.map((partition) => input.emitted(OBSERVER, partition, 0));
    expect(partitions.map((partition) => emittedIn(partition, published))).toEqual(expected);
  });
});

/** A member of the group that does nothing with the partitions it gets. */
async function joinedAndLeft({ env }: Deployment, { id, topic }: Group): Promise<void> {
  const brokers = (env.KAFKA_BROKERS ?? "").split(",");
  const consumer = createKafka({ brokers, clientId: "test" }, () => undefined).kafka.consumer({
    groupId: id,
    partitionAssigners: [PartitionAssigners.roundRobin],
  });
  const joined = new Promise<void>((resolve) => {
    consumer.on(consumer.events.GROUP_JOIN, () => resolve());
  });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic] });
  await consumer.run({ autoCommit: false, eachBatch: () => Promise.resolve() });
  await joined;
  await consumer.disconnect();
}
