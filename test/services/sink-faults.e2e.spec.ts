import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it, vi } from "vitest";
import { type Delivery, deliveriesOf } from "../read-model/support/mutations.ts";
import { randomOf } from "../worker/support/workload.ts";
import type { WorkerProcess } from "./support/deployment.ts";
import { PATIENCE } from "./support/group.ts";
import { OwnPostgres } from "./support/sink-postgres.ts";
import { SinkWorld } from "./support/sink-world.ts";
import { generatedThreads } from "./support/workload.ts";

const KILLS = Number(process.env.SINK_KILLS ?? 2);
const SEED = Number(process.env.SINK_SEED ?? Math.floor(Math.random() * 1_000_000));

/** Small transactions, so that faults meet many; a short session, so that partitions change hands soon. */
const SETTINGS = {
  THREAD_HISTORY_SINK_BATCH_RECORDS: "20",
  THREAD_HISTORY_KAFKA_SESSION_TIMEOUT_MS: "6000",
  THREAD_HISTORY_KAFKA_HEARTBEAT_MS: "500",
};

function deliveriesFor(partition: number, threads: number): Delivery[] {
  const made = generatedThreads(threads, 150, SEED + partition);
  return deliveriesOf(new Map(made.map(({ threadId, rollouts }) => [threadId, rollouts])));
}

async function running(sink: WorkerProcess): Promise<void> {
  await vi.waitFor(async () => expect((await sink.ask("/readyz")).status).toBe(200), PATIENCE);
}

/** The partitions that a process has, all of them running. */
async function shareOf(sink: WorkerProcess): Promise<number[]> {
  const { body } = await sink.ask("/readyz");
  const { ready, partitions } = JSON.parse(body) as { ready: boolean; partitions: { partition: number }[] };
  return ready ? partitions.map(({ partition }) => partition) : [];
}

/** Parts of a list, in its order. */
function* partsOf<T>(list: readonly T[], parts: number): Iterable<T[]> {
  const length = Math.ceil(list.length / parts);
  for (let from = 0; from < list.length; from += length) yield list.slice(from, from + length);
}

describe(`sinks under faults (seed ${SEED})`, () => {
  it("two share the partitions; whenever one is killed, the rows come out the same", async () => {
    const random = randomOf(SEED);
    const world = await SinkWorld.make(undefined, SETTINGS);
    const sinks = [world.start(), world.start()];
    await Promise.all(sinks.map(running));
    const rounds = [0, 1].map((partition) => [...partsOf(deliveriesFor(partition, 6), KILLS)]);

    for (let n = 0; n < KILLS; n++) {
      // One that has something to do.
      const [victim] = sinks;
      await vi.waitFor(async () => expect(victim === undefined ? [] : await shareOf(victim)).not.toEqual([]), PATIENCE);
      for (const [partition, parts] of rounds.entries()) await world.publish(parts[n] ?? [], partition);
      await sleep(random() * 300);
      await sinks.shift()?.kill();
      sinks.push(world.start());
    }

    await world.complete();
    for (const sink of sinks) expect(await sink.drain()).toBe(0);
  });

  it("one that was frozen while another took its partitions over writes nothing more of what it had read", async () => {
    const world = await SinkWorld.make(undefined, SETTINGS);
    const frozen = world.start();
    await running(frozen);
    await world.publish(deliveriesFor(0, 3), 0);
    frozen.send("SIGSTOP");
    const other = world.start();
    await running(other);
    await world.publish(deliveriesFor(1, 3), 1);
    await world.complete();
    const before = await world.dump();

    frozen.send("SIGCONT");
    await vi.waitFor(async () => {
      const shares = await Promise.all([frozen, other].map(shareOf));
      expect(shares.flat().sort()).toEqual([0, 1]);
      expect(shares.map((share) => share.length)).toEqual([1, 1]);
    }, PATIENCE);
    expect(await world.dump()).toEqual(before);
    for (const sink of [frozen, other]) expect(await sink.drain()).toBe(0);
  });

  it("waits, unready and saying why, while Postgres is away, and goes on when it is back", async () => {
    await using postgres = await OwnPostgres.start();
    const world = await SinkWorld.make(postgres.url, SETTINGS);
    const sink = world.start();
    await running(sink);
    const parts = [...partsOf(deliveriesFor(0, 6), 2)];
    await world.publish(parts[0] ?? [], 0);
    await postgres.stop("SIGKILL");
    await world.publish(parts[1] ?? [], 0);
    await vi.waitFor(async () => {
      const { status, body } = await sink.ask("/readyz");
      expect(status).toBe(503);
      expect(body).toContain("partition 0: waiting-for-store: Postgres: ");
    }, PATIENCE);

    await postgres.again();
    await running(sink);
    await world.reconnect();
    await world.complete();
    expect(await sink.drain()).toBe(0);
  });
});
