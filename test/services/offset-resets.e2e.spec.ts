import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordsOf } from "../worker/support/workload.ts";
import { Checkpoints } from "./support/checkpoints.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { Group } from "./support/group.ts";
import { emittedIn, Input, threadsPerPartition } from "./support/input.ts";
import { type Published, publishedMutations } from "./support/verifier.ts";

/** Offsets in one partition that resets are about: ends of what was sent before each, and a moment between two. */
interface Marks {
  readonly early: number;
  readonly processed: number;
  readonly end: number;
}

/** Kafka's own ways to reset, and where each leads. */
const RESETS: readonly { how: string; args: (earlyAt: Date) => string[]; leadsTo: (marks: Marks) => number }[] = [
  { how: "earliest", args: () => ["--to-earliest"], leadsTo: () => 0 },
  { how: "an offset", args: () => ["--to-offset", "17"], leadsTo: () => 17 },
  { how: "a time", args: (at) => ["--to-datetime", at.toISOString()], leadsTo: ({ early }) => early },
  { how: "so many back", args: () => ["--shift-by", "-25"], leadsTo: ({ processed }) => processed - 25 },
  { how: "a duration", args: () => ["--by-duration", "P1D"], leadsTo: () => 0 },
  { how: "latest, past what is new", args: () => ["--to-latest"], leadsTo: ({ end }) => end },
];
const STATES = ["intact", "lost"] as const;
const PARTITIONS = RESETS.length * STATES.length;
/** Each case has a partition of its own. */
const CASES = RESETS.flatMap((reset, n) => STATES.map((state, m) => ({ ...reset, state, partition: 2 * n + m })));
const OBSERVER = "thread-item";

describe("offsets are reset", () => {
  const deployment = new Deployment(servicesEnv());
  const threads = threadsPerPartition(PARTITIONS, 2, 120, 1);
  const once = ["worker", "--once", "--observer", OBSERVER];
  const jumps = new Map<number, { readonly before: number; readonly after: number }[]>();
  let group: Group;
  let input: Input;
  let published: Published[];

  const jump = (partition: number, before: number, after: number) =>
    jumps.set(partition, [...(jumps.get(partition) ?? []), { before, after }]);
  const ends = () => Array.from({ length: PARTITIONS }, (_, partition) => input.end(partition));
  const send = (from: number, to: number) =>
    input.send(threads.flatMap((thread) => recordsOf(thread, thread.threadId).slice(from, to)));
  /** Runs `replay`, and takes note of what it says that it did. */
  const replay = async (partitions: readonly number[], to: string) => {
    const options = partitions.flatMap((partition) => ["--partition", String(partition)]);
    const rows = await replayed("--to", to, ...options);
    for (const { partition, before, after } of rows) jump(partition, before, after);
    return rows;
  };
  const replayed = async (...args: string[]) => {
    const lines = (await deployment.run("replay", "--observer", OBSERVER, ...args)).trimEnd().split("\n");
    const rows = lines.slice(1).map((line) => line.trim().split(/\s+/).map(Number));
    return rows.map(([partition = -1, before = -1, after = -1]) => ({ partition, before, after }));
  };

  /** What comes out: up to each reset what was processed until then, and from where it led. */
  const expected = (partition: number): string[] => {
    const all = jumps.get(partition) ?? [];
    return [0, ...all.map(({ after }) => after)].flatMap((from, n) =>
      input.emitted(OBSERVER, partition, from, all[n]?.before ?? input.end(partition)),
    );
  };

  beforeAll(async () => {
    await deployment.setUp();
    [group, input] = await Promise.all([Group.open(deployment, OBSERVER), Input.open(deployment, PARTITIONS)]);
  });
  afterAll(async () => {
    await Promise.allSettled([deployment.stop(), input.close(), group.close()]);
  });

  it("with Kafka's own tool, while the group is stopped, whatever Redis holds", async () => {
    await send(0, 20);
    const early = ends();
    await sleep(20);
    const earlyAt = new Date();
    await sleep(20);
    await send(20, 40);
    await deployment.run(...once);
    const processed = ends();
    await send(40, 50);

    for (const [n, { args }] of RESETS.entries())
      await group.tool([2 * n, 2 * n + 1], "--reset-offsets", ...args(earlyAt), "--execute");
    const checkpoints = new Checkpoints(deployment, OBSERVER);
    for (const { partition, state } of CASES) if (state === "lost") await checkpoints.lose(partition);
    checkpoints.close();

    const committed = await group.committed();
    for (const { partition, leadsTo } of CASES) {
      const [at, before] = [early[partition] ?? 0, processed[partition] ?? 0];
      const after = leadsTo({ early: at, processed: before, end: input.end(partition) });
      expect(committed[partition]).toBe(after);
      jump(partition, before, after);
    }
    await send(50, 60);
    await deployment.run(...once);
    expect(await group.committed()).toEqual(ends());
  });

  it("beyond the end of the log: that partition halts, and says what to do", async () => {
    const [partition, end] = [4, input.end(4)];
    const beyond = [{ partition, offset: String(end + 100) }];
    await group.admin.setOffsets({ groupId: group.id, topic: group.topic, partitions: beyond });
    await send(60, 65);

    const { code, stderr } = await deployment.attempt(...once);

    expect(code).toBe(1);
    expect(stderr).toContain(
      `${OBSERVER}, partition ${partition}: halted: the committed offset ${end + 100} lies beyond the end`,
    );
    expect(stderr).toContain("worker.onLostOffset=start-over");
    expect(stderr.match(/halted/g)).toHaveLength(1);
    const put = await replayed("--to", String(end - 3), "--partition", String(partition));
    expect(put).toEqual([{ partition, before: end + 100, after: end - 3 }]);
    jump(partition, end, end - 3);
  });

  it("with `replay`, while the group is stopped", async () => {
    const rows = await replay([8, 9], "5");
    await deployment.run(...once);

    expect(rows).toEqual([8, 9].map((partition) => ({ partition, before: input.end(partition), after: 5 })));
  });

  it("with `replay`, while an idle worker runs", async () => {
    const worker = deployment.worker(OBSERVER);
    await group.caughtUp();
    const time = new Date().toISOString();
    await send(65, 70);
    await group.caughtUp();

    const dry = await replayed("--to", "earliest", "--dry-run");
    expect(dry).toEqual(ends().map((before, partition) => ({ partition, before, after: 0 })));
    expect(await group.committed()).toEqual(ends());

    expect(await replay([0], "earliest")).toEqual([{ partition: 0, before: input.end(0), after: 0 }]);
    expect(await replay([2, 3], "11")).toMatchObject([{ after: 11 }, { after: 11 }]);
    expect(await replay([6], time)).toEqual([{ partition: 6, before: input.end(6), after: input.end(6) - 10 }]);
    await group.caughtUp();
    expect(await worker.drain()).toBe(0);
  });

  it("with `replay`, while a busy worker runs", async () => {
    const worker = deployment.worker(OBSERVER);
    let isSending = true;
    const sending = (async () => {
      for (let at = 70; at < 120 && isSending; at += 1) await send(at, at + 1).then(() => sleep(100));
    })();
    await group.caughtUp();
    await replay([1, 10], "30");
    await replay([5], "earliest");
    await replay([7], "1000000");
    isSending = false;
    await sending;
    await group.caughtUp();
    expect(await worker.drain()).toBe(0);
  });

  describe("and from there on the output is right", () => {
    beforeAll(async () => {
      published = await publishedMutations(`${deployment.prefix}.thread-items`, deployment.env);
    });

    it.each(CASES)("partition $partition: $how, state $state", ({ partition }) => {
      expect(emittedIn(partition, published)).toEqual(expected(partition));
    });
  });
});
