import { randomBytes } from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { createMutationReader } from "../../src/consumer/index.ts";
import { batchOf, type Delivery, deliveriesOf } from "../read-model/support/mutations.ts";
import { sqliteRows, withoutPlaces } from "../read-model/support/written.ts";
import { PATIENCE } from "./support/group.ts";
import { SinkWorld } from "./support/sink-world.ts";
import { Feed, generatedThreads, rounds } from "./support/workload.ts";

/** What workers make of random threads. */
function mutationsOf(threads: number, events: number, seed: number): Delivery[] {
  const made = generatedThreads(threads, events, seed);
  return deliveriesOf(new Map(made.map(({ threadId, rollouts }) => [threadId, rollouts])));
}

const DONE = { code: 0, stderr: "" };

describe("sink postgres", () => {
  it("brings what workers wrote into tables: mutations and dead letters", async () => {
    const world = await SinkWorld.make();
    const { deployment } = world;
    const feed = await Feed.open(deployment);
    for (const batch of rounds(generatedThreads(8, 80, 5), 20)) await feed.send(batch);
    await feed.close();
    await deployment.run("worker", "--once");

    expect(await world.once()).toMatchObject(DONE);

    const store = sqliteRows();
    const { KAFKA_BROKERS = "", SCHEMA_REGISTRY_URL: schemaRegistryUrl = "" } = deployment.env;
    const options = { brokers: KAFKA_BROKERS.split(","), schemaRegistryUrl, prefix: deployment.prefix, follow: false };
    for await (const read of createMutationReader(options)) {
      if (read.outcome !== "mutation") throw new Error(`not readable: ${read.outcome}`);
      await store.write(batchOf([{ type: "mutation", ...read }]));
    }
    const expected = withoutPlaces(await store.dump());
    expect(expected.threads).toHaveLength(8);
    expect(withoutPlaces(await world.dump())).toEqual(expected);
    const letters = (await deployment.run("consume", "dead-letters", "--json")).split("\n").slice(0, -1);
    const { rows } = await world.client.query("SELECT DISTINCT source_partition, source_offset FROM dead_letters");
    expect(rows).toHaveLength(letters.length);
    expect(letters.length).toBeGreaterThan(0);
  });

  it("leaves the tables as they are when topics are read again, or hold everything twice: places in the feed, too", async () => {
    const world = await SinkWorld.make();
    const deliveries = mutationsOf(4, 60, 6);
    await world.publish(deliveries, 0);
    expect(await world.once()).toMatchObject(DONE);
    const before = await world.dump();
    expect(withoutPlaces(before)).toEqual(await world.expected());

    await world.client.query("DELETE FROM sink_positions");
    expect(await world.once()).toMatchObject(DONE);
    expect(await world.dump()).toEqual(before);

    await world.publish(deliveries, 0);
    expect(await world.once()).toMatchObject(DONE);
    expect(await world.dump()).toEqual(before);
  });

  it("drops rows of older generations when a thread was built anew", async () => {
    const world = await SinkWorld.make();
    const old = mutationsOf(2, 40, 7);
    await world.publish(old, 1);
    expect(await world.once()).toMatchObject(DONE);
    const [threadId = ""] = old.map((delivery) => (delivery.type === "mutation" ? delivery.mutation.threadId : ""));

    await world.publish([{ type: "reset", threadId, generation: 1 }], 1);
    expect(await world.once()).toMatchObject(DONE);

    const shown = "SELECT count(*)::integer AS n FROM turns WHERE thread_id = $1 AND removed_by IS NULL";
    expect((await world.client.query(shown, [threadId])).rows).toEqual([{ n: 0 }]);
    expect(withoutPlaces(await world.dump())).toEqual(await world.expected());
  });

  it("stops a partition at a record that cannot be read, says where, loses nothing, and goes on when told to", async () => {
    const world = await SinkWorld.make();
    const [first, second] = [mutationsOf(2, 30, 8), mutationsOf(2, 30, 9)];
    await world.publish(first, 0);
    await world.topics.publishValues([{ type: "thread_item", key: "k", value: randomBytes(9) }], 0);
    const place = `${world.topics.topic("thread_item")}/0/`;
    const sink = world.start();

    await vi.waitFor(async () => {
      const { status, body } = await sink.ask("/readyz");
      expect(status).toBe(503);
      expect(body).toContain(`partition 0: halted: ${place}`);
    }, PATIENCE);
    await world.publish(second, 1);
    await world.complete("generated-9-");
    expect(await sink.drain()).toBe(0);

    const stopped = await world.once();
    expect(stopped.code).toBe(1);
    expect(stopped.stderr).toMatch(/partition 0 halted: \S+\/0\/\d+ cannot be read: .*sink\.onUnreadable=skip/);
    await world.publish(mutationsOf(1, 30, 10), 0);
    expect((await world.once("--set", "sink.onUnreadable=skip")).code).toBe(0);
    await world.complete();
  });

  it("stops where the log is not the one that was read, and starts over when told to", async () => {
    const world = await SinkWorld.make();
    await world.publish(mutationsOf(2, 30, 11), 0);
    expect(await world.once()).toMatchObject(DONE);
    const before = await world.dump();

    await world.client.query("UPDATE sink_positions SET last_mark = 'another' WHERE last_offset IS NOT NULL");
    const other = await world.once();
    expect(other.code).toBe(1);
    expect(other.stderr).toContain("holds another record than the one that the sink read there");
    await world.client.query("UPDATE sink_positions SET next_offset = 999999 WHERE next_offset IS NOT NULL");
    expect((await world.once()).stderr).toContain("the sink goes on at offset 999999, the log holds 0 to");

    expect(await world.once("--set", "sink.onLostOffset=start-over")).toMatchObject({ code: 0 });
    expect(await world.dump()).toEqual(before);
  });
});
