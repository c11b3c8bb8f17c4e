import type pg from "pg";
import { describe, expect, it, vi } from "vitest";
import { migratePostgres } from "../../src/postgres/index.ts";
import type { SinkEvent } from "../../src/sinks/index.ts";
import { createLog, SinkTelemetry } from "../../src/telemetry/index.ts";
import { batchOf, type Delivery, deliveriesOf } from "../read-model/support/mutations.ts";
import { type Dump, dumpOf, sqliteRows, withoutPlaces } from "../read-model/support/written.ts";
import { generatedThreads } from "../services/support/workload.ts";
import { startSink } from "./sinking.ts";
import { emptyDatabase } from "./support.ts";

const STATEMENT_MS = 400;
const PATIENCE = { timeout: 30_000, interval: 20 };

/** A database that takes so long for each item that it is given. */
async function slowDatabase(msForEach: number) {
  const { url, client } = await emptyDatabase();
  await migratePostgres(url, 2_000);
  await client.query(`CREATE TABLE pace (ms float);
    CREATE FUNCTION dawdle() RETURNS trigger LANGUAGE plpgsql AS
      'BEGIN PERFORM pg_sleep((SELECT ms FROM pace) / 1000); RETURN new; END';
    CREATE TRIGGER dawdles BEFORE INSERT ON items FOR EACH ROW EXECUTE FUNCTION dawdle()`);
  await client.query("INSERT INTO pace VALUES ($1)", [msForEach]);
  const speedUp = () => client.query("UPDATE pace SET ms = 0");
  return { url, client, speedUp };
}

function deliveriesOfThreads(count: number): Delivery[] {
  const made = generatedThreads(count, 60, 7);
  return deliveriesOf(new Map(made.map(({ threadId, rollouts }) => [threadId, rollouts])));
}

/** The rows of another database, written one by one. */
async function expectedOf(deliveries: readonly Delivery[]): Promise<Dump> {
  const store = sqliteRows();
  for (const delivery of deliveries) await store.write(batchOf([delivery]));
  const dump = withoutPlaces(await store.dump());
  await store.drop();
  return dump;
}

async function holds(client: pg.Client, expected: Dump): Promise<void> {
  await vi.waitFor(async () => expect(withoutPlaces(await dumpOf(client))).toEqual(expected), PATIENCE);
}

function reasonsIn(events: readonly SinkEvent[]): string[] {
  return events.flatMap((event) => (event.type === "phase" && event.detail !== null ? [event.detail] : []));
}

describe("a database that takes longer for a batch than a statement may", () => {
  it("is given half as much, until it makes it in time: all is written, and it was said why it took so long", async () => {
    const { url, client } = await slowDatabase(20);
    const deliveries = deliveriesOfThreads(3);
    const events: SinkEvent[] = [];
    startSink(url, { deliveries, batchRecords: 5_000, statementMs: STATEMENT_MS, listener: (of) => events.push(of) });

    await holds(client, await expectedOf(deliveries));

    const [first] = reasonsIn(events);
    expect(first).toMatch(
      /^\d+ records took longer than sink\.statementMs: half of them are next: Postgres: (canceling|Query read)/,
    );
    expect(events.at(-1)).toMatchObject({ type: "committed" });
    expect(events.findLast(({ type }) => type === "phase")).toEqual({ type: "phase", phase: "running", detail: null });
  });

  it("is given batches as large as before, once it is fast again", async () => {
    const { url, client, speedUp } = await slowDatabase(20);
    const deliveries = deliveriesOfThreads(10);
    const records: number[] = [];
    const listener = (event: SinkEvent) => {
      if (event.type !== "committed") return;
      records.push(event.records);
      if (records.length === 1) speedUp();
    };
    startSink(url, { deliveries, batchRecords: 64, statementMs: STATEMENT_MS, listener });

    await holds(client, await expectedOf(deliveries));

    expect(records[0]).toBeLessThan(64);
    expect(Math.max(...records)).toBe(64);
  });

  it("is tried again with a single record, however often, unready and naming the setting to raise", async () => {
    const { url, client, speedUp } = await slowDatabase(10 * STATEMENT_MS);
    const deliveries = deliveriesOfThreads(3);
    const telemetry = new SinkTelemetry(createLog("silent"), 60_000);
    const told = telemetry.assigned(0);
    const events: SinkEvent[] = [];
    const listener = (event: SinkEvent) => {
      told(event);
      events.push(event);
    };
    startSink(url, { deliveries, batchRecords: 8, statementMs: STATEMENT_MS, listener });

    const single = () => reasonsIn(events).filter((reason) => reason.startsWith("a single record "));
    await vi.waitFor(() => expect(single().length).toBeGreaterThanOrEqual(3), PATIENCE);

    const reason =
      /^partition 0: waiting-for-store: a single record took longer than sink\.statementMs: raise it: Postgres: /;
    // While it is tried once more, too.
    for (let n = 0; n < 10; n++) {
      expect(telemetry.readiness().reasons).toEqual([expect.stringMatching(reason)]);
      await new Promise((resolve) => setTimeout(resolve, STATEMENT_MS / 8));
    }
    await speedUp();
    await holds(client, await expectedOf(deliveries));
    expect(telemetry.readiness().ready).toBe(true);
  });
});
