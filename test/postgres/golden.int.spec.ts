import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "../../src/json/index.ts";
import { ThreadProjector } from "../../src/projections/index.ts";
import { about, CORPUS_NAMES, golden } from "../read-model/support/corpus.ts";
import { batchOf, deliveriesOf } from "../read-model/support/mutations.ts";
import { type Dump, postgresRows, shown, sqliteRows, type WrittenStore } from "../read-model/support/written.ts";
import { threads as anyThread } from "../support/generators.ts";
import { merged, Table, type TableTurn } from "../support/table.ts";
import { fullTurnsOf, observedLines, type TestRollout } from "../support/threads.ts";

const THREADS = 500;
const SEED = Number(process.env.POSTGRES_SEED ?? 1);
/** Deliveries in one transaction: threads are cut anywhere. */
const BATCH = 700;

type Rollouts = ReadonlyMap<string, readonly TestRollout[]>;

const corpus: Rollouts = new Map(
  CORPUS_NAMES.map((name) => {
    const lines = readFileSync(join(import.meta.dirname, "../corpus", name, "rollout.jsonl"), "utf8").split("\n");
    const { thread_id: threadId } = about(name);
    return [threadId, [{ rolloutId: threadId, lines }]];
  }),
);

const generated: Rollouts = new Map(
  fc
    .sample(anyThread, { numRuns: THREADS, seed: SEED })
    .map(({ rollouts }, n) => [`generated-${String(n).padStart(3, "0")}`, rollouts]),
);

/** A turn in words that compare: numbers of any size, objects as JSON. */
function inWords({ id, items, ...summary }: TableTurn): unknown {
  const { status, error, startedAt, completedAt, durationMs, rootTurnId } = summary;
  const numbers = [startedAt, completedAt, durationMs].map((value) => (value === null ? null : String(value)));
  const texts = items.map(({ key, text }) => [key, text.toWellFormed()]);
  return { id, status, error: error === null ? null : stringify(error), numbers, rootTurnId, items: texts };
}

/** A thread as the rows of its turns and items show it. */
function inRows(rows: Dump, threadId: string): unknown[] {
  const of = (table: string) => (rows[table] ?? []).filter((row) => row.thread_id === threadId);
  const by = (column: string) => (a: Dump[string][number], b: Dump[string][number]) =>
    Number(a[column]) - Number(b[column]);
  const items = Map.groupBy(of("items").sort(by("item_ordinal")), (row) => row.turn_id);
  return of("turns")
    .sort(by("turn_ordinal"))
    .map((row) => ({
      ...{ id: row.turn_id, status: row.status, error: row.error, rootTurnId: row.root_turn_id },
      numbers: [row.started_at, row.completed_at, row.duration_ms],
      items: (items.get(row.turn_id ?? null) ?? []).map((item) => [item.item_key, item.item]),
    }));
}

/** What a consumer shows that applies the mutations of a thread one by one; by ADR 0016 that is what Codex shows. */
function applied(threadId: string, rollouts: readonly TestRollout[]): unknown[] {
  const table = new Table();
  const projector = new ThreadProjector(["thread-item", "turn-summary", "lifecycle"]);
  for (const line of observedLines(threadId, rollouts))
    for (const mutation of projector.project(line)) table.apply(mutation);
  return table.view().map(inWords);
}

async function write(store: WrittenStore, threads: Rollouts): Promise<Dump> {
  await store.clear();
  const deliveries = deliveriesOf(threads);
  for (let from = 0; from < deliveries.length; from += BATCH)
    await store.write(batchOf(deliveries.slice(from, from + BATCH)));
  return shown(await store.dump());
}

const STORES = { SQLite: () => Promise.resolve(sqliteRows()), Postgres: postgresRows };

describe.each(Object.entries(STORES))("rows in %s", (_name, open) => {
  let store: WrittenStore;
  beforeAll(async () => {
    store = await open();
  });
  afterAll(() => store.drop());

  it("of every thread of the corpus are the turns and items that its file has", async () => {
    const rows = await write(store, corpus);
    for (const [threadId, rollouts] of corpus) {
      const turns = merged(fullTurnsOf(observedLines(threadId, rollouts)));
      expect([threadId, inRows(rows, threadId)]).toEqual([threadId, turns.map(inWords)]);
    }
  });

  it("of threads of the corpus that go on from no other are, by id, type and status, what Codex answers", async () => {
    const rows = await write(store, corpus);
    // A fork's rows are its own only; clients that persist every event hold items that Codex drops when it reads the file.
    const alone = CORPUS_NAMES.filter((name) => !name.includes("-fork") && !/-ext(-|$)/.test(name));
    for (const name of alone) {
      const turns = golden(name).map((turn) => [turn.id, turn.status, turn.items.map(({ type, id }) => [type, id])]);
      const found = (inRows(rows, about(name).thread_id) as { id: string; status: string; items: string[][] }[]).map(
        ({ id, status, items }) => [
          ...[id, status === "inProgress" ? "interrupted" : status],
          items.map(([key, text = "{}"]) => [(JSON.parse(text) as { type: string }).type, key]),
        ],
      );
      expect([name, found]).toEqual([name, turns]);
    }
  });

  it(`of ${THREADS} generated threads are what applying their mutations in order shows`, async () => {
    const rows = await write(store, generated);
    for (const [threadId, rollouts] of generated)
      expect([threadId, inRows(rows, threadId)]).toEqual([threadId, applied(threadId, rollouts)]);
  });
});
