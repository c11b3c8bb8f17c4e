import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { recordsOf } from "../worker/support/workload.ts";
import { Checkpoints } from "./support/checkpoints.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { Group, PATIENCE } from "./support/group.ts";
import { emittedIn, Input, threadsPerPartition } from "./support/input.ts";
import { type Published, publishedMutations } from "./support/verifier.ts";

const OBSERVER = "thread-item";
const once = ["worker", "--once", "--observer", OBSERVER];

/** A database of its own, to be emptied. */
const env = { ...servicesEnv(), REDIS_URL: new URL("/13", servicesEnv().REDIS_URL).href };

/** What is done to the state of one partition, and what a worker that stands on it is told. */
const DAMAGES = [
  { what: "all of it is gone", refusal: /it is gone/ },
  { what: "an older state is put back", refusal: /older snapshot/ },
  { what: "another owner took over", refusal: /the owner is another/ },
  { what: "one thread is gone", refusal: /has revision 0, not \d/ },
  { what: "the list of threads lacks one", refusal: /the set of threads has 1 entries, not 2/ },
] as const;
const PARTITIONS = DAMAGES.length;

describe("state or log are lost", () => {
  const deployment = new Deployment({ ...env, THREAD_HISTORY_TOPICS_PARTITIONS: String(PARTITIONS) });
  const threads = threadsPerPartition(PARTITIONS, 2, 150, 2);
  const checkpoints = new Checkpoints(deployment, OBSERVER);
  /** What was expected to come out, partition by partition, since the log was lost. */
  const expected = new Map<number, string[]>();
  let group: Group;
  let input: Input;
  let published: Published[];

  const partitions = [...DAMAGES.keys()];
  const send = async (from: number, to: number) =>
    await input.send(threads.flatMap((thread) => recordsOf(thread, thread.threadId).slice(from, to)));
  const firstOf = (partition: number) => input.threadsOf(partition)[0] ?? "";

  /** Takes note of the state, for the damages; calling it does them. */
  const damage = async () => {
    const older = await checkpoints.snapshot(1);
    return async () => {
      await checkpoints.lose(0);
      await older();
      await checkpoints.takeOver(2);
      await checkpoints.redis.unlink(await checkpoints.threadKey(3, firstOf(3)));
      await checkpoints.redis.srem(await checkpoints.threadsKey(4), firstOf(4));
    };
  };

  beforeAll(async () => {
    await checkpoints.redis.flushdb();
    await deployment.setUp();
    [group, input] = await Promise.all([Group.open(deployment, OBSERVER), Input.open(deployment, PARTITIONS)]);
  });
  afterAll(async () => {
    await deployment.stop();
    await checkpoints.redis.flushdb();
    checkpoints.close();
    await Promise.all([input.close(), group.close()]);
  });

  describe("state, under a live worker: a delta on another base is refused, and the partition begins again", () => {
    const worker = () => deployment.workers[0] ?? deployment.worker(OBSERVER);
    const reasons = (partition: number) =>
      worker()
        .logged()
        .filter((line) => line.message === "begins again from its checkpoint" && line.partition === String(partition))
        .map(({ reason }) => reason);
    /** Waits until all that is committed is stored. */
    const stored = () =>
      vi.waitFor(async () => {
        const watermarks = await Promise.all(partitions.map((partition) => checkpoints.watermark(partition)));
        expect(watermarks).toEqual(partitions.map((partition) => input.end(partition)));
      }, PATIENCE);

    beforeAll(async () => {
      worker();
      await send(0, 20);
      await group.caughtUp();
      await stored();
      const doDamage = await damage();
      await send(20, 40);
      await group.caughtUp();
      await stored();
      await doDamage();
      await send(40, 50);
      await group.caughtUp();
    });

    it.each(DAMAGES.map((damage, partition) => ({ ...damage, partition })))("$what", async ({ partition, refusal }) => {
      await vi.waitFor(() => expect(reasons(partition)).toContainEqual(expect.stringMatching(refusal)), PATIENCE);
    });

    it("is ready again when the state is rebuilt, though no record comes", async () => {
      await vi.waitFor(async () => expect((await worker().ask("/readyz")).status).toBe(200), PATIENCE);
    });

    it("FLUSHALL", async () => {
      await stored();
      const before = partitions.map((partition) => reasons(partition).length);
      await checkpoints.redis.flushdb();
      await send(50, 60);
      await vi.waitFor(() => {
        for (const partition of partitions)
          expect(reasons(partition).slice(before[partition])).toContainEqual(expect.stringMatching(/it is gone/));
      }, PATIENCE);
      await group.caughtUp();
      await stored();
    });

    it("a key of another type", async () => {
      const key = await checkpoints.threadKey(3, firstOf(3));
      const before = reasons(3).length;
      await checkpoints.redis.multi().del(key).set(key, "").exec();
      await send(60, 65);

      await vi.waitFor(
        () =>
          expect(reasons(3).slice(before)).toContainEqual(expect.stringContaining(`${key} was a string, not a hash`)),
        PATIENCE,
      );
      await group.caughtUp();
      expect(await worker().drain()).toBe(0);
    });
  });

  describe("state, while no worker runs: the next one sees it", () => {
    it("each of these", async () => {
      await deployment.run(...once);
      const doDamage = await damage();
      await send(65, 80);
      await deployment.run(...once);
      await doDamage();
      await send(80, 90);

      await deployment.run(...once);
    });

    it("FLUSHALL", async () => {
      await checkpoints.redis.flushdb();
      await send(90, 100);

      await deployment.run(...once);
    });

    it("a key of another type, and a head of another version", async () => {
      const key = await checkpoints.threadKey(3, firstOf(3));
      await checkpoints.redis.multi().del(key).set(key, "").exec();
      await checkpoints.redis.hset(checkpoints.headKey(4), "format", "of another version");
      await send(100, 105);

      await deployment.run(...once);
    });
  });

  describe("the log", () => {
    const CONTINUE = ["--set", "worker.onLostHistory=continue"];
    const START_OVER = ["--set", "worker.onLostOffset=start-over"];
    const removeBelow = async (starts: ReadonlyMap<number, number>) =>
      await group.admin.deleteTopicRecords({
        topic: group.topic,
        partitions: [...starts].map(([partition, offset]) => ({ partition, offset: String(offset) })),
      });

    it("its records, its offsets: what cannot go on halts, and names the option", async () => {
      const [unread, rebuilt, kept, lost] = [0, 1, 2, 3];
      const before = partitions.map((partition) => input.end(partition));
      for (const partition of partitions) expected.set(partition, input.emitted(OBSERVER, partition, 0));
      await send(105, 115);
      const start = (before[unread] ?? 0) + 7;
      await removeBelow(
        new Map([
          [unread, start],
          [rebuilt, 50],
          [kept, before[kept] ?? 0],
        ]),
      );
      await checkpoints.lose(rebuilt);
      await group.tool([lost], "--delete-offsets");

      const { code, stderr } = await deployment.attempt(...once);

      expect(code).toBe(1);
      const halted = stderr
        .split("\n")
        .filter((line) => line.includes("halted"))
        .sort();
      expect(halted).toEqual([
        expect.stringMatching(
          /partition 0: halted: records \[\d+, \d+\) were removed .* before they were processed; .*worker.onLostHistory=continue/,
        ),
        expect.stringMatching(
          /partition 1: halted: the state has to be rebuilt from the log, whose records below 50 .*worker.onLostHistory=continue/,
        ),
        expect.stringMatching(
          /partition 3: halted: the group has no committed offset, .*worker.onLostOffset=start-over/,
        ),
      ]);

      await deployment.run(...once, ...CONTINUE, ...START_OVER);
      for (const partition of partitions) {
        const from =
          new Map([
            [unread, start],
            [lost, 0],
          ]).get(partition) ??
          before[partition] ??
          0;
        const since =
          new Map([
            [unread, start],
            [rebuilt, 50],
          ]).get(partition) ?? 0;
        const emitted = input.emitted(OBSERVER, partition, from, input.end(partition), since);
        expected.set(partition, [...(expected.get(partition) ?? []), ...emitted]);
      }
    });

    it("all of it, the topic being made again under a live worker: it halts, and names the option", async () => {
      const worker = deployment.worker(OBSERVER);
      await vi.waitFor(async () => expect((await worker.ask("/readyz")).status).toBe(200), PATIENCE);
      await input.close();
      await group.admin.deleteTopics({ topics: [group.topic] });
      await vi.waitFor(async () => expect((await deployment.attempt("topics", "create")).code).toBe(0), PATIENCE);
      input = await Input.open(deployment, PARTITIONS);
      const others = threadsPerPartition(PARTITIONS, 1, 30, 3);
      await input.send(others.flatMap((thread) => recordsOf(thread, thread.threadId)));

      await vi.waitFor(async () => {
        const { body } = await worker.ask("/readyz");
        expect(body.match(/halted: [^"]*worker.onLostOffset=start-over/g)).toHaveLength(PARTITIONS);
      }, PATIENCE);
      expect(await worker.drain()).toBe(0);

      await deployment.run(...once, ...START_OVER);
      for (const partition of partitions) {
        const emitted = input.emitted(OBSERVER, partition, 0);
        expected.set(partition, [...(expected.get(partition) ?? []), ...emitted]);
      }
    });
  });

  describe("and through all of it the output is right", () => {
    beforeAll(async () => {
      published = await publishedMutations(`${deployment.prefix}.thread-items`, deployment.env);
    });

    it.each(partitions)("partition %d", (partition) => {
      expect(emittedIn(partition, published)).toEqual(expected.get(partition));
    });
  });
});
