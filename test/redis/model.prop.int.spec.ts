import fc from "fast-check";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import type { RedisCheckpointStore } from "../../src/redis/index.ts";
import type { CheckpointHead, ThreadDelta } from "../../src/worker/index.ts";
import { Connection, keyOf, newPlace, owner, removeAllPlaces, testRedisUrl } from "./support/checkpoints.ts";

vi.setConfig({ testTimeout: 600_000 });

const RUNS = 150;
const IDS = ["a", "b", "c", "d", "e"];

let connection: Connection;

beforeAll(async () => {
  connection = await Connection.to(testRedisUrl());
});

afterAll(async () => {
  await removeAllPlaces(connection);
  connection[Symbol.dispose]();
});

interface Change {
  readonly replaces: boolean;
  readonly set: Readonly<Record<string, string>>;
  readonly removed: readonly string[];
}

type Action =
  | { readonly type: "flush"; readonly changes: Readonly<Record<string, Change>>; readonly advance: number }
  | { readonly type: "lose"; readonly id: string }
  | { readonly type: "reset" }
  | { readonly type: "take over" };

const field = fc.constantFrom("r", "", "offset", "s:x", "s:y", "ß");
const change: fc.Arbitrary<Change> = fc.record({
  replaces: fc.boolean(),
  set: fc.dictionary(field, fc.string({ unit: "grapheme" })),
  removed: fc.uniqueArray(field),
});
const action: fc.Arbitrary<Action> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant("flush"),
      changes: fc.dictionary(fc.constantFrom(...IDS), change),
      advance: fc.nat(100),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("lose"), id: fc.constantFrom(...IDS) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("reset") }) },
  { weight: 2, arbitrary: fc.record({ type: fc.constant("take over") }) },
);

/** What a store should hold: a map. */
class Model {
  head: CheckpointHead | null = null;
  readonly threads = new Map<string, { revision: number; fields: Map<string, string> } | "lost">();

  delta(threadId: string, { replaces, set, removed }: Change): ThreadDelta {
    const thread = this.threads.get(threadId);
    const revision = thread === undefined || thread === "lost" ? 0 : thread.revision;
    return { threadId, revision, replaces, set: new Map(Object.entries(set)), removed };
  }

  apply({ threadId, revision, replaces, set, removed }: ThreadDelta): void {
    const before = this.threads.get(threadId);
    const fields = new Map(before === undefined || before === "lost" || replaces ? [] : before.fields);
    for (const [name, value] of set) fields.set(name, value);
    for (const name of removed) fields.delete(name);
    this.threads.set(threadId, { revision: revision + 1, fields });
  }
}

it("a store is a map of threads with a head, whatever is done with it in whatever order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 30 }), fc.integer({ min: 1, max: 6 }), async (actions, threads) => {
      const place = newPlace();
      const model = new Model();
      const take = () => owner(connection.client, place, { threads, bytes: 40, fields: 3 });
      let store = await take();
      for (const step of actions) {
        if (step.type === "take over") store = await take();
        else if (step.type === "lose")
          await lose(model, step.id, keyOf(place, `${model.head?.generation}:t:${step.id}`));
        else if (step.type === "reset") await reset(model, store);
        else await flush(model, store, step);
      }
      const expected = IDS.map((id) => [id, model.threads.get(id) ?? "new"] as const);
      expect(await store.load(IDS)).toEqual(new Map(expected));
      const lost = expected.flatMap(([id, thread]) => (thread === "lost" ? [id] : []));
      expect([...(await store.lostThreads())].sort()).toEqual(lost);
      expect((await store.acquire()).head).toEqual(model.head);
      expect(await store.load(IDS)).toEqual(new Map(expected));
    }),
    { numRuns: RUNS },
  );
});

async function lose(model: Model, id: string, key: string): Promise<void> {
  if (!model.threads.has(id)) return;
  await connection.client.del(key);
  model.threads.set(id, "lost");
}

async function reset(model: Model, store: RedisCheckpointStore): Promise<void> {
  // Of two generations one comes again while it is still being removed.
  const generation = ((model.head?.generation ?? 0) + 1) % 2;
  model.head = { generation, watermark: 0, highest: 0, mark: null };
  model.threads.clear();
  await store.reset(model.head);
}

async function flush(model: Model, store: RedisCheckpointStore, step: Action & { type: "flush" }): Promise<void> {
  const deltas = Object.entries(step.changes).map(([id, each]) => model.delta(id, each));
  const watermark = (model.head?.watermark ?? 0) + step.advance;
  const mark = watermark === 0 ? null : { offset: watermark - 1, crc: step.advance };
  model.head = { generation: model.head?.generation ?? 0, watermark, highest: watermark, mark };
  for (const delta of deltas) model.apply(delta);
  await store.flush({ deltas, head: model.head });
}
