import { describe, expect, it, onTestFinished } from "vitest";
import { migratePostgres, openPostgresReadModel, PostgresSinkStore } from "../../src/postgres/index.ts";
import { RowBatch } from "../../src/read-model/index.ts";
import {
  ClaimLostError,
  type SinkBatch,
  SinkStoreTooSlowError,
  SinkStoreUnavailableError,
} from "../../src/sinks/index.ts";
import { batchOf, deliveriesOf } from "../read-model/support/mutations.ts";
import { EVERYTHING } from "../read-model/support/threads.ts";
import { generatedThreads } from "../services/support/workload.ts";
import { emptyDatabase, urlOf } from "./support.ts";

const OPTIONS = { connections: 4, connectMs: 2_000, statementMs: 30_000 };

async function store() {
  const { url, client } = await emptyDatabase();
  await migratePostgres(url, OPTIONS.connectMs);
  const sink = storeAt(url);
  const turns = async () => (await client.query<{ n: number }>("SELECT count(*)::integer AS n FROM turns")).rows[0]?.n;
  return { url, client, sink, turns };
}

function storeAt(url: string, options = OPTIONS): PostgresSinkStore {
  const sink = new PostgresSinkStore(url, options);
  onTestFinished(() => sink.close());
  return sink;
}

/** The rows of a thread, and how far topic `t` is with them. */
function batch(seed: number, next: number): SinkBatch {
  const [{ threadId = "", rollouts = [] } = {}] = generatedThreads(1, 40, seed);
  const rows = batchOf(deliveriesOf(new Map([[threadId, rollouts]])));
  return { rows, deadLetters: [], places: new Map([["t", { next, last: { offset: next - 1, mark: `m${next}` } }]]) };
}

describe("PostgresSinkStore", () => {
  it("gives the place after what was written to whoever takes the partition over", async () => {
    const { sink } = await store();
    const claim = await sink.takeOver(0, ["t", "u"]);
    expect([...claim.places]).toEqual([
      ["t", { next: null, last: null }],
      ["u", { next: null, last: null }],
    ]);

    await sink.write(claim, batch(1, 5));

    const place = { next: 5, last: { offset: 4, mark: "m5" } };
    expect((await sink.takeOver(0, ["t", "u"])).places.get("t")).toEqual(place);
    expect(await sink.progress(["t", "u"])).toEqual(new Map([["t", new Map([[0, 5]])]]));
  });

  it("refuses whoever had the partition before: neither rows nor places of his stand", async () => {
    const { sink, url, turns } = await store();
    const zombie = await sink.takeOver(0, ["t"]);
    const owner = await storeAt(url).takeOver(0, ["t"]);

    await expect(sink.write(zombie, batch(1, 5))).rejects.toThrow(ClaimLostError);

    expect(await turns()).toBe(0);
    expect((await sink.progress(["t"])).size).toBe(0);
    await sink.write({ ...owner, partition: 0 }, batch(1, 5));
    expect(await turns()).toBeGreaterThan(0);
  });

  it("makes whoever takes over wait for a write that is under way, and go on after it", async () => {
    const { sink, client } = await store();
    const claim = await sink.takeOver(0, ["t"]);
    await client.query("BEGIN");
    await client.query("LOCK TABLE turns IN EXCLUSIVE MODE");
    const writing = sink.write(claim, batch(1, 5));
    // The write has its place's lock once it waits for the table.
    for (;;) {
      const { rows } = await client.query("SELECT 1 FROM pg_locks WHERE relation = 'turns'::regclass AND NOT granted");
      if (rows.length > 0) break;
    }
    const next = sink.takeOver(0, ["t"]);
    await client.query("COMMIT");

    await writing;
    expect((await next).places.get("t")?.next).toBe(5);
  });

  it("holds nothing any more, in the middle of a write, once it did nothing for as long as a statement may take", async () => {
    const { url, turns } = await store();
    const frozen = storeAt(url, { ...OPTIONS, statementMs: 1_000 });
    const claim = await frozen.takeOver(0, ["t"]);
    const { rows, places } = batch(1, 5);
    // The whole process stands still once the rows are written, in the middle of the transaction.
    const deadLetters = new Proxy([], {
      get: (list, name) => {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_500);
        return Reflect.get(list, name);
      },
    });

    await expect(frozen.write(claim, { rows, deadLetters, places })).rejects.toThrow(SinkStoreUnavailableError);

    expect(await turns()).toBe(0);
    expect((await frozen.takeOver(0, ["t"])).places.get("t")?.next).toBeNull();
  });

  it("takes its turn at the connections, however long that is: the server is not away for that", async () => {
    const { url, client } = await store();
    const one = storeAt(url, { ...OPTIONS, connections: 1, connectMs: 300 });
    await one.takeOver(0, ["t"]);
    await client.query("BEGIN");
    await client.query("LOCK TABLE sink_positions IN EXCLUSIVE MODE");
    const both = Promise.all([one.takeOver(0, ["t"]), one.takeOver(1, ["t"])]);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    await client.query("COMMIT");

    expect((await both).map(({ partition }) => partition)).toEqual([0, 1]);
  });

  it.each([
    ["a socket that is not there", "?host=/no/such/folder"],
    ["encryption that the server does not have", "?sslmode=require"],
  ])("waits for a server behind %s", async (_, parameters) => {
    const away = storeAt(urlOf({}) + parameters);
    await expect(away.takeOver(0, ["t"])).rejects.toThrow(SinkStoreUnavailableError);
    await expect(migratePostgres(urlOf({}) + parameters, OPTIONS.connectMs)).rejects.toThrow(SinkStoreUnavailableError);
  });

  it("leaves other partitions to their owners", async () => {
    const { sink } = await store();
    const first = await sink.takeOver(0, ["t"]);
    await sink.takeOver(1, ["t"]);
    await sink.write(first, batch(1, 5));
    expect(await sink.progress(["t"])).toEqual(new Map([["t", new Map([[0, 5]])]]));
  });

  it("goes on with the feed where a server that the data was restored on counts transactions anew", async () => {
    const { sink, url, client } = await store();
    const claim = await sink.takeOver(0, ["t"]);
    await sink.write(claim, batch(1, 5));
    // As if the server that wrote them had counted much further.
    for (const table of ["threads", "turns", "items", "lifecycle_events"])
      await client.query(`UPDATE ${table} SET changed_tx = changed_tx + 1000000000`);
    const model = await openPostgresReadModel(url);
    onTestFinished(() => model.close());
    const { scope } = EVERYTHING;
    const all = { after: null, limit: 10_000, threadId: null, scope };

    const again = await sink.takeOver(0, ["t"]);
    const before = await model.changes(all);
    await sink.write(again, batch(2, 9));

    const last = before.at(-1)?.position ?? null;
    expect(before.length).toBeGreaterThan(0);
    expect((await model.changes({ ...all, after: last })).length).toBeGreaterThan(0);
    expect(await model.changes(all)).toHaveLength(
      before.length + (await model.changes({ ...all, after: last })).length,
    );
  });

  it("wakes readers who wait for changes", async () => {
    const { sink, client } = await store();
    await client.query("LISTEN thread_history_changed");
    const woken = new Promise((resolve) => client.once("notification", ({ channel }) => resolve(channel)));
    await sink.write(await sink.takeOver(0, ["t"]), batch(1, 5));
    expect(await woken).toBe("thread_history_changed");
  });

  it("says that a database is away, and which", async () => {
    const away = storeAt(urlOf({ host: "127.0.0.1:1" }));
    await expect(away.takeOver(0, ["t"])).rejects.toThrow(
      new SinkStoreUnavailableError("Postgres: connect ECONNREFUSED 127.0.0.1:1"),
    );
  });

  it.each([
    ["the server", 500, "Postgres: canceling statement due to statement timeout"],
    // As behind a pooler that takes no such setting, or where the server does not answer at all.
    ["the driver alone", 0, "Postgres: Query read timeout"],
  ])("tells a statement that %s gave up from a database that is away", async (_, serverMs, message) => {
    const { url, client } = await store();
    const sink = storeAt(url, { ...OPTIONS, statementMs: 1_500 });
    const claim = await sink.takeOver(0, ["t"]);
    // The first statement of a write sets how long the server lets the others take.
    await client.query(`CREATE FUNCTION let() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM set_config('statement_timeout', '${serverMs}', true); RETURN new; END $$;
      CREATE TRIGGER lets BEFORE UPDATE ON sink_positions FOR EACH ROW EXECUTE FUNCTION let()`);
    await client.query("BEGIN");
    await client.query("LOCK TABLE turns IN EXCLUSIVE MODE");
    const error: unknown = await sink.write(claim, batch(1, 5)).catch((thrown: unknown) => thrown);
    await client.query("COMMIT");
    expect(error).toBeInstanceOf(SinkStoreTooSlowError);
    expect(error).toMatchObject({ message });
  });

  it("gives a statement up that takes too long", async () => {
    const { url, client } = await store();
    const sink = storeAt(url, { ...OPTIONS, statementMs: 1_000 });
    const claim = await sink.takeOver(0, ["t"]);
    await client.query("BEGIN");
    await client.query("LOCK TABLE turns IN EXCLUSIVE MODE");
    await expect(sink.write(claim, batch(1, 5))).rejects.toThrow(SinkStoreUnavailableError);
    await client.query("COMMIT");
    await sink.write(await sink.takeOver(0, ["t"]), batch(1, 5));
  });

  it("fails in order when its connection is lost at any moment, between two statements too", async () => {
    const { sink, client } = await store();
    const isOver = new AbortController();
    const killing = (async () => {
      const text =
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = $1 AND datname = $2";
      while (!isOver.signal.aborted) await client.query(text, ["thread-history-sink", client.database]);
    })();
    const outcomes = new Set<unknown>();
    for (let n = 1; n <= 60; n++) {
      const outcome = await sink.takeOver(0, ["t"]).then(
        (claim) => sink.write(claim, batch(n, n)).catch((error: unknown) => error),
        (error: unknown) => error,
      );
      outcomes.add(outcome instanceof Error ? outcome.name : outcome);
    }
    isOver.abort();
    await killing;

    expect([...outcomes].filter((outcome) => outcome !== undefined)).toEqual(["SinkStoreUnavailableError"]);
    await sink.write(await sink.takeOver(0, ["t"]), batch(1, 5));
  });

  it("notes progress without rows", async () => {
    const { sink } = await store();
    const claim = await sink.takeOver(0, ["t"]);
    const places = new Map([["t", { next: 3, last: null }]]);
    await sink.write(claim, { rows: new RowBatch(), deadLetters: [], places });
    expect((await sink.takeOver(0, ["t"])).places.get("t")).toEqual({ next: 3, last: null });
  });

  it("holds one dead letter for each source record and observer, the last one", async () => {
    const { sink, client } = await store();
    const claim = await sink.takeOver(0, ["t"]);
    const letter = {
      ...{ observer: "lifecycle", code: "malformed", reason: "nul \0", threadId: null, rolloutId: null },
      ...{ position: null, sourcePartition: 0, sourceOffset: 7, recordedAtMs: 1 },
    };
    const again = { ...letter, reason: "other" };
    const places = batch(1, 5).places;
    await sink.write(claim, { rows: new RowBatch(), deadLetters: [letter], places });
    await sink.write(claim, { rows: new RowBatch(), deadLetters: [letter, again], places });
    expect((await client.query("SELECT reason FROM dead_letters")).rows).toEqual([{ reason: "other" }]);
  });
});
