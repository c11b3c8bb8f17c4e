import { setTimeout as sleep } from "node:timers/promises";
import { type Broker, type Consumer, type ConsumerConfig, KafkaJSProtocolError } from "kafkajs";
import { describe, expect, it, vi } from "vitest";
import { type AssignedPartition, type KafkaClient, OffsetOutOfRangeError } from "../../src/kafka/index.ts";
import {
  BROKER,
  recordsFrom,
  SOON,
  settled,
  takeUntil,
  testAdmin,
  testClient,
  testGroup,
  testProducer,
  testTopic,
  unique,
  write,
} from "./support/cluster.ts";
import { committedOffset } from "./support/offsets.ts";
import { TcpProxy } from "./support/tcp-proxy.ts";

const never = new AbortController().signal;

function aborted(signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => resolve(), { once: true });
  if (signal.aborted) resolve();
  return promise;
}

const NOT_COORDINATOR = { type: "NOT_COORDINATOR_FOR_GROUP", code: 16, retriable: true };
const LOADING = { type: "GROUP_LOAD_IN_PROGRESS", code: 14, retriable: true };

/** What a coordinator that comes back after a restart answers at first: a heartbeat, then an attempt to join. */
interface Refusals {
  heartbeat?: object;
  joinGroup?: object;
}

/** A client whose next requests to the coordinator are refused as told, each once. */
function refusedClient(refusals: Refusals): KafkaClient {
  const { kafka, transactional } = testClient();
  const refused = (broker: object): object =>
    new Proxy(broker, {
      get: (_, name) => {
        const refusal = name === "heartbeat" || name === "joinGroup" ? refusals[name] : undefined;
        if (refusal === undefined) return Reflect.get(broker, name);
        delete refusals[name as keyof Refusals];
        return () => Promise.reject(Object.assign(new KafkaJSProtocolError("refused"), refusal));
      },
    });
  const consumer = ({ partitionAssigners = [], ...options }: ConsumerConfig): Consumer =>
    kafka.consumer({
      ...options,
      partitionAssigners: partitionAssigners.map((assigner) => (handed) => {
        const { cluster } = handed;
        const find = cluster.findGroupCoordinator.bind(cluster);
        cluster.findGroupCoordinator = async (of) => refused(await find(of)) as Broker;
        return assigner(handed);
      }),
    });
  return { kafka: Object.create(kafka, { consumer: { value: consumer } }), transactional };
}

/** The first partition that the group gets, its life going on until it is drained. */
function firstAssigned(group: ReturnType<typeof testGroup>["group"]): Promise<AssignedPartition> {
  const { promise, resolve } = Promise.withResolvers<AssignedPartition>();
  group.start((assigned) => {
    resolve(assigned);
    return aborted(assigned.drain);
  });
  return promise;
}

describe("the log of an assigned partition", () => {
  it("gives nothing before the first seek", async () => {
    const topic = await testTopic("seek");
    await write(topic, ["0", "1", "2", "3"]);
    const { log } = await firstAssigned(testGroup({ groupId: unique("group"), topic }).group);

    expect(await log.take(600, never)).toBeUndefined();
    log.seek(2);
    expect(await takeUntil(log, 4)).toEqual(["2", "3"]);
  });

  it("gives nothing that was fetched before the last seek", async () => {
    const topic = await testTopic("seek");
    await write(topic, ["0", "1", "2", "3"]);
    const { log } = await firstAssigned(testGroup({ groupId: unique("group"), topic }).group);

    log.seek(0);
    await log.take(5_000, never);
    log.seek(1);
    log.seek(3);
    expect(await takeUntil(log, 4)).toEqual(["3"]);
    log.seek(1);
    expect(await takeUntil(log, 4)).toEqual(["1", "2", "3"]);
  });

  it("goes past control records and aborted ones, so that a scan to the end ends", async () => {
    const topic = await testTopic("control");
    const producer = await testProducer(unique("id"));
    for (const ended of ["commit", "abort"] as const) {
      const transaction = await producer.transaction();
      await transaction.send({ topic, messages: [{ value: ended, partition: 0 }] });
      await transaction[ended]();
    }
    await settled(topic);
    const { log } = await firstAssigned(testGroup({ groupId: unique("group"), topic }).group);

    expect(await log.bounds()).toEqual({ start: 0, end: 4 });
    log.seek(0);
    expect(await takeUntil(log, 4)).toEqual(["commit"]);
    log.seek(1);
    expect(await takeUntil(log, 4)).toEqual([]);
    log.seek(3);
    expect(await log.take(5_000, never)).toEqual({ records: [], next: 4, end: 4 });
  });

  it("tells that an offset is no longer there, and leaves the group's offset alone", async () => {
    const topic = await testTopic("truncated");
    await write(topic, ["0", "1", "2"]);
    const groupId = unique("group");
    const admin = await testAdmin().connected();
    await admin.fetchTopicOffsets(topic); // kafkajs deletes records only of a topic that it knows
    await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: "2" }] });
    const { log } = await firstAssigned(testGroup({ groupId, topic }).group);

    log.seek(0);
    await expect(log.take(5_000, never)).rejects.toThrow(OffsetOutOfRangeError);
    expect(await log.committed()).toBeNull();
    expect(await log.bounds()).toEqual({ start: 2, end: 3 });
    log.seek(2);
    expect(await takeUntil(log, 3)).toEqual(["2"]);
  });

  it("goes on after its connections were cut", async () => {
    await using proxy = await TcpProxy.start(BROKER);
    const topic = await testTopic("cut");
    const { group, events } = testGroup(
      { groupId: unique("group"), topic },
      testClient({ socketFactory: proxy.socketFactory }),
    );
    const logs: AssignedPartition["log"][] = [];
    group.start(async ({ log, drain }) => {
      logs.unshift(log);
      await aborted(drain);
    });
    await vi.waitUntil(() => logs[0], SOON);

    logs[0]?.seek(0);
    await write(topic, ["0"]);
    expect(await takeUntil(logs[0] ?? expect.fail(), 1)).toEqual(["0"]);
    proxy.cut();
    await write(topic, ["1"]);
    await vi.waitUntil(() => events.some(({ type }) => type === "fetch-failed"), SOON);

    logs[0]?.seek(0);
    expect(await takeUntil(logs[0] ?? expect.fail(), 2)).toEqual(["0", "1"]);
    await group.stop();
  });
});

describe("membership of a group", () => {
  it("outlasts a worker that takes nothing for longer than the session time-out", async () => {
    const topic = await testTopic("slow");
    const large = Array.from({ length: 50 }, (_, index) => `${index}${"x".repeat(10_000)}`);
    await write(topic, large);
    const { group, events } = testGroup({ groupId: unique("group"), topic, sessionTimeoutMs: 1_000 });
    const { log, membership } = await firstAssigned(group);
    log.seek(0);
    const beats = () => events.filter(({ type }) => type === "heartbeat").length;
    await log.take(5_000, never);

    const before = beats();
    await vi.waitUntil(() => beats() > before + 10, SOON); // 200 ms each

    expect(await membership.confirm(never)).toBe(true);
    expect(events.filter(({ type }) => type === "joined")).toHaveLength(1);
  });

  it("is confirmed by a heartbeat sent after the call, and denied once the partition is taken away", async () => {
    const topic = await testTopic("confirm");
    const { group } = testGroup({ groupId: unique("group"), topic });
    const { membership, drain } = await firstAssigned(group);

    expect(await membership.confirm(never)).toBe(true);
    await group.stop();

    expect(drain.aborted).toBe(true);
    expect(await membership.confirm(never)).toBe(false);
  });

  it("hands each partition over, never to two lives at once", async () => {
    const topic = await testTopic("rebalance", 4);
    const groupId = unique("group");
    const owners = new Map<number, string>();
    const overlaps: string[] = [];
    const member = (name: string) => {
      const { group } = testGroup({ groupId, topic });
      group.start(async ({ partition, drain }) => {
        const owner = owners.get(partition);
        if (owner !== undefined) overlaps.push(`${partition}: ${owner} and ${name}`);
        owners.set(partition, name);
        await aborted(drain);
        await sleep(50); // a transaction that has to be finished
        owners.delete(partition);
      });
      return group;
    };
    const sharesOf = (expected: Record<string, number>) => {
      const shares = Map.groupBy(owners.values(), (name) => name);
      return Object.entries(expected).every(([name, count]) => (shares.get(name)?.length ?? 0) === count);
    };

    member("one");
    await vi.waitUntil(() => sharesOf({ one: 4, two: 0 }), SOON);
    const two = member("two");
    await vi.waitUntil(() => sharesOf({ one: 2, two: 2 }), SOON);
    await two.stop();
    await vi.waitUntil(() => sharesOf({ one: 4, two: 0 }), SOON);

    expect(overlaps).toEqual([]);
  });

  it("does not begin a life before the last one of the partition has ended, however long it takes", async () => {
    const topic = await testTopic("overdue");
    const { group, events } = testGroup({ groupId: unique("group"), topic, drainMs: 50 });
    const stuck = Promise.withResolvers<void>();
    const told: string[] = [];
    group.start(async ({ drain }) => {
      told.push("begins");
      if (told.length === 1) await stuck.promise;
      else await aborted(drain);
      told.push("ends");
    });
    await vi.waitUntil(() => told.length === 1, SOON);

    group.restart("a test wants it");
    await vi.waitUntil(() => events.filter(({ type }) => type === "joined").length === 2, SOON);
    expect(events).toContainEqual({ type: "drain-overdue", partitions: [0] });
    expect(told).toEqual(["begins"]);

    stuck.resolve();
    await vi.waitUntil(() => told.length === 3, SOON);
    expect(told).toEqual(["begins", "ends", "begins"]);
  });

  it("is joined again after a failure, visibly: here the topic is not there at first", async () => {
    const topic = unique("later");
    const { group, events } = testGroup({ groupId: unique("group"), topic, maxRetryMs: 100 });
    const assigned = firstAssigned(group);
    await vi.waitUntil(() => events.some(({ type }) => type === "left"), SOON);

    await testTopic("later", 1, {}, topic);

    expect((await assigned).partition).toBe(0);
    expect(events.at(-1)).toMatchObject({ type: "joined", partitions: [0] });
  });

  it("is joined anew when joining again failed, and kafkajs goes on as the member it was", async () => {
    const topic = await testTopic("forgotten");
    const groupId = unique("group");
    const refusals: Refusals = {};
    const { group, events } = testGroup({ groupId, topic }, refusedClient(refusals));
    const lives: AssignedPartition[] = [];
    group.start(async (assigned) => {
      lives.push(assigned);
      await aborted(assigned.drain);
    });
    await vi.waitUntil(() => lives.length === 1, SOON);

    Object.assign(refusals, { heartbeat: NOT_COORDINATOR, joinGroup: LOADING });

    await vi.waitUntil(() => lives.length === 2, SOON);
    expect(refusals).toEqual({});
    expect(events).toContainEqual({
      type: "left",
      error: expect.objectContaining({ name: "JoinForgottenError" }),
      retryMs: expect.any(Number),
    });
    expect(await lives[1]?.membership.confirm(never)).toBe(true);
  });

  it.each([0, 5, 20, 50])("is not kept by a group that is stopped %i ms after its start", async (ms) => {
    const topic = await testTopic("stopped");
    const groupId = unique("group");
    const { group } = testGroup({ groupId, topic });
    const admin = await testAdmin().connected();

    group.start(({ drain }) => aborted(drain));
    await sleep(ms);
    await group.stop();

    await vi.waitFor(async () => {
      const { groups } = await admin.describeGroups([groupId]);
      expect(groups.flatMap(({ members }) => members)).toEqual([]);
    }, SOON);
  });

  it("goes on when a life fails, and tells why", async () => {
    const topic = await testTopic("failing", 2);
    const { group, events } = testGroup({ groupId: unique("group"), topic });
    const error = new Error("this partition cannot go on");
    const other = Promise.withResolvers<AssignedPartition>();
    group.start(async (assigned) => {
      if (assigned.partition === 0) throw error;
      other.resolve(assigned);
      await aborted(assigned.drain);
    });

    const { membership } = await other.promise;
    expect(await membership.confirm(never)).toBe(true);
    expect(events).toContainEqual({ type: "life-failed", partition: 0, error });
  });
});

it("reads nothing of what a group commits, and commits nothing by itself", async () => {
  const topic = await testTopic("untouched");
  await write(topic, ["0"]);
  const groupId = unique("group");
  const { group } = testGroup({ groupId, topic });
  const { log } = await firstAssigned(group);
  log.seek(0);
  await takeUntil(log, 1);
  await group.stop();

  expect(await committedOffset({ groupId, topic })).toBeNull();
  expect(await recordsFrom(topic, "latest")).toEqual([]);
});
