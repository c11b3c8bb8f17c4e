import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { compareTurns } from "../../conformance/src/compare.ts";
import { member, readJson, sourceOf } from "../../conformance/src/json.ts";
import { comparePages } from "./support/compared-pages.ts";
import { corpusFiles } from "./support/corpus-files.ts";
import { listsOf } from "./support/lists.ts";
import type { Page, ThreadItemEntry } from "./support/protocol.ts";
import type { ProtocolClient } from "./support/protocol-client.ts";
import { BothServers } from "./support/sides.ts";

const samples = corpusFiles();

let both: BothServers;

beforeAll(async () => {
  both = await BothServers.start(samples.map(({ file }) => file));
  expect(both.unread).toEqual(new Set());
});

afterAll(() => both.close());

describe.each(samples)("$name", ({ file }) => {
  it("has the pages of turns and items that the real app-server has", async () => {
    for (const list of listsOf(file)) expect(await comparePages(both, list)).toBeUndefined();
  });

  it("is read whole as the real app-server reads it", async () => {
    const [codex, ours] = await Promise.all([turnsOf(both.codex, file.threadId), turnsOf(both.ours, file.threadId)]);
    expect(compareTurns(codex, ours)).toBeUndefined();
  });
});

describe("an item of a turn as a cursor", () => {
  const turns = samples.filter(({ file }) => file.mode === "paginated").map(({ name, file }) => ({ name, file }));

  it.each(turns)("leads on from there and back from there: $name", async ({ file: { threadId } }) => {
    const { data } = await both.codex.request("thread/items/list", { threadId, limit: 100 });
    for (const { turnId, item } of data)
      for (const sortDirection of ["asc", "desc"] as const)
        for (const limit of [1, 100]) {
          const cursor = { type: "item", itemId: item.id };
          const params = { threadId, turnId, cursor, limit, sortDirection };
          expect(await itemIds(both.ours, params)).toEqual(await itemIds(both.codex, params));
        }
  });
});

/** Ids of a page, and of what its cursor leads on to. */
async function itemIds(client: ProtocolClient, params: object): Promise<string[][]> {
  const first = await client.ask<Page<ThreadItemEntry>>("thread/items/list", params);
  if ("error" in first) throw new Error(first.error.message);
  const ids = [first.result.data.map(({ item }) => item.id)];
  const { nextCursor: cursor } = first.result;
  if (cursor === null) return ids;
  const next = await client.ask<Page<ThreadItemEntry>>("thread/items/list", { ...params, cursor });
  if ("error" in next) throw new Error(next.error.message);
  return [...ids, next.result.data.map(({ item }) => item.id)];
}

async function turnsOf(client: ProtocolClient, threadId: string): Promise<string> {
  const { text } = await client.ask("thread/read", { threadId, includeTurns: true });
  const turns = member(member(member(readJson(text), "result"), "thread"), "turns");
  if (turns === undefined) throw new Error(`no turns: ${text.slice(0, 400)}`);
  return sourceOf(text, turns);
}
