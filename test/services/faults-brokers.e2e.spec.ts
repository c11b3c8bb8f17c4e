import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createKafka, topicEnds } from "../../src/kafka/index.ts";
import { DEFAULT_FETCH_OPTIONS, TopicFetcher } from "../../src/kafka/topic-fetcher.ts";
import { recordsOf } from "../worker/support/workload.ts";
import { Deployment, servicesEnv, type WorkerProcess } from "./support/deployment.ts";
import { Group, PATIENCE } from "./support/group.ts";
import { emittedIn, Input, threadsPerPartition } from "./support/input.ts";
import { OwnKafka } from "./support/own-kafka.ts";
import { committedMutations } from "./support/verifier.ts";

/** Whether also what takes long is tried. */
const IS_LONG = process.env.FAULTS === "all";
const OBSERVER = "thread-item";
const PARTITIONS = 4;

/** What the brokers do after days they do at once here; and each of the two holds all that there is. */
const SETTINGS = {
  "default.replication.factor": "2",
  "offsets.topic.replication.factor": "2",
  "transaction.state.log.replication.factor": "2",
  "transactional.id.expiration.ms": "1500",
  "transaction.remove.expired.transaction.cleanup.interval.ms": "200",
  "producer.id.expiration.ms": "1500",
  "producer.id.expiration.check.interval.ms": "200",
  "transaction.abort.timed.out.transaction.cleanup.interval.ms": "200",
};
/** A transaction for each mutation: a backlog takes long enough to be met in the middle of it. */
const WORKER = ["worker.transactionRecords=1", "worker.watchdogMs=3000", "kafka.transactionTimeoutMs=2000"];
/** Records of each thread that a worker is met in the middle of. */
const BACKLOG = 15;
/** Short, so that the group forgets soon who is gone. */
const SHORT_SESSIONS = ["kafka.sessionTimeoutMs=1500", "kafka.heartbeatMs=400", "worker.handoverMs=1000"];
/** Long enough that the group knows nothing of it when a worker is frozen. */
const LONG_SESSIONS = ["kafka.sessionTimeoutMs=60000"];

describe("brokers fail a worker", async () => {
  const first = await OwnKafka.prepared(SETTINGS);
  const second = await first.joining();
  const services = servicesEnv();
  const brokers = [first.address, second.address];
  const env = { ...services, KAFKA_BROKERS: brokers.join() };
  const deployment = new Deployment({ ...env, THREAD_HISTORY_TOPICS_PARTITIONS: String(PARTITIONS) });
  const topic = `${deployment.prefix}.thread-items`;
  const threads = threadsPerPartition(PARTITIONS, 2, 500, 6);
  let sent = 0;
  let group: Group;
  let input: Input;

  /** Sends the next records of each thread. */
  const send = async (each: number) => {
    const from = sent;
    sent += each;
    await input.send(threads.flatMap((thread) => recordsOf(thread, thread.threadId).slice(from, sent)));
  };
  const processed = async () => (await group.committed()).reduce((sum, offset) => sum + Math.max(0, offset), 0);
  const goesOn = async (from: number) =>
    await vi.waitFor(async () => expect(await processed()).toBeGreaterThan(from), PATIENCE);
  const started = (...settings: readonly string[]) =>
    deployment.workerWith("--observer", OBSERVER, ...settings.flatMap((setting) => ["--set", setting]));
  const answers = (worker: WorkerProcess, status: number, body = /./) =>
    vi.waitFor(async () => {
      const answer = { status, body: expect.stringMatching(body) as string };
      expect(await worker.ask("/readyz")).toEqual(answer);
    }, PATIENCE);
  /** The brokers that look after the transactions of this worker, as Kafka's own tool shows them. */
  const coordinators = async (): Promise<string[]> => {
    const tool = join(services.KAFKA_TOOLS ?? "", "kafka-transactions.sh");
    const { stdout } = await promisify(execFile)(tool, ["--bootstrap-server", env.KAFKA_BROKERS, "list"]);
    const lines = stdout.split("\n").map((line) => line.split(/\s+/));
    return lines.flatMap(([id = "", broker = ""]) => (id.startsWith(deployment.prefix) ? [broker] : []));
  };

  beforeAll(async () => {
    await Promise.all([first.start(), second.start()]);
    await deployment.setUp();
    [group, input] = await Promise.all([Group.open(deployment, OBSERVER), Input.open(deployment, PARTITIONS)]);
  });
  afterAll(async () => {
    await Promise.all(deployment.workers.map((worker) => worker.kill()));
    await Promise.allSettled([input.close(), group.close()]);
    await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose]()]);
  });

  it("they forgot an idle worker's producer: it takes another one, and goes on", async () => {
    const worker = started(...WORKER, ...SHORT_SESSIONS);
    await send(5);
    await group.caughtUp();
    await vi.waitFor(async () => expect(await coordinators()).toEqual([]), PATIENCE);

    await send(5);

    await group.caughtUp();
    expect(await worker.drain()).toBe(0);
  });

  it("they end the transaction of one that is frozen: thawed, it is refused, and begins again", async () => {
    await send(BACKLOG);
    const worker = started(...WORKER, ...LONG_SESSIONS);
    await goesOn(await processed());
    const client = createKafka({ brokers, clientId: "test" }, () => undefined);
    const fetcher = new TopicFetcher(client, topic, DEFAULT_FETCH_OPTIONS, () => undefined);
    await fetcher.open();
    do {
      const before = await processed();
      worker.send("SIGSTOP");
      // Where an open transaction begins, reading ends.
      await vi.waitFor(
        async () => expect(await fetcher.offsets("end")).toEqual(await topicEnds(client, topic)),
        PATIENCE,
      );
      worker.send("SIGCONT");
      await goesOn(before);
    } while ((await worker.metric("restarts_total")) === 0);
    await fetcher.close();

    await group.caughtUp();
    expect(await worker.drain()).toBe(0);
  });

  it("the disk of one of two is full: it ends, the other takes over what it coordinated, and the worker goes on there", async () => {
    await send(BACKLOG);
    const worker = started(...WORKER, ...SHORT_SESSIONS);
    await goesOn(await processed());
    await vi.waitFor(async () => expect(await coordinators()).toContain("2"), PATIENCE);
    second.limitFiles(0);
    await second.ended();

    await group.caughtUp();
    await answers(worker, 200);
    await send(1);
    await vi.waitFor(async () => {
      const found = await coordinators();
      expect([found.includes("1"), found.includes("2")]).toEqual([true, false]);
    }, PATIENCE);
  });

  it.runIf(IS_LONG)(
    "the disk of the last one is full: the worker is unready, and goes on when there is room",
    async () => {
      const [worker = started(...WORKER, ...SHORT_SESSIONS)] = deployment.workers;
      await send(BACKLOG);
      first.limitFiles(0);
      await first.ended();
      await answers(worker, 503);

      await first.start();

      await answers(worker, 200);
      await group.caughtUp();
    },
  );

  it("and through all of it each mutation comes out once", async () => {
    await group.caughtUp();
    const published = await committedMutations(topic, env);

    const partitions = [...Array(PARTITIONS).keys()];
    const expected = partitions.map((partition) => input.emitted(OBSERVER, partition, 0));
    expect(partitions.map((partition) => emittedIn(partition, published))).toEqual(expected);
  });
});
