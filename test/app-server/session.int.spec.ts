import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { AppServerSession } from "../../src/api/app-server/index.ts";
import { type ReadModel, ReadModelUnavailableError, type ThreadScope } from "../../src/read-model/index.ts";
import { openSqliteReadModel } from "../../src/sqlite/index.ts";
import { rowDatabase, writeRows } from "../read-model/support/seeded.ts";
import { codexRows } from "./support/codex-rows.ts";
import { corpusFiles } from "./support/corpus-files.ts";

const PAGINATED = "01a203d7-18d3-7550-94b0-e7c7f41745e1";
const OPEN_TURN = "01a203c8-2f01-73a1-9824-3472f785d7a1";
const ALL: ThreadScope = { cwds: [], sourceKinds: [] };
const INITIALIZE = { clientInfo: { name: "test", version: "0" }, capabilities: { experimentalApi: true } };

/** A read model over the corpus, until the test has ended. */
function corpusModel(): ReadModel {
  const folder = mkdtempSync(join(tmpdir(), "app-server-session-"));
  const file = join(folder, "history.sqlite");
  {
    using database = rowDatabase(file);
    writeRows(database, codexRows(corpusFiles().map((sample) => sample.file)));
  }
  const model = openSqliteReadModel(file);
  onTestFinished(async () => {
    await model.close();
    rmSync(folder, { recursive: true });
  });
  return model;
}

interface Opened {
  readonly ask: (method: string, params: object) => Promise<unknown>;
  readonly failures: readonly unknown[];
}

async function opened(model: ReadModel, scope: ThreadScope = ALL): Promise<Opened> {
  const failures: unknown[] = [];
  const session = new AppServerSession(model, scope, { onError: (error) => void failures.push(error) });
  const ask = async (method: string, params: object): Promise<unknown> => {
    const answer = await session.handle(JSON.stringify({ id: 1, method, params }));
    return answer === null ? null : JSON.parse(answer);
  };
  await ask("initialize", INITIALIZE);
  return { ask, failures };
}

it("says who it is, as Codex 0.169.0 would, and that there is no folder of Codex's", async () => {
  const session = new AppServerSession(corpusModel(), ALL, { onError: () => {} });
  const answer = JSON.parse(
    (await session.handle(JSON.stringify({ id: 0, method: "initialize", params: INITIALIZE }))) ?? "",
  );
  expect(answer.id).toBe(0);
  expect(answer.result.userAgent).toMatch(/^test\/0\.169\.0 \(.+\) thread-history \(test; 0\)$/);
  expect(Object.keys(answer.result)).toEqual(["userAgent", "codexHome", "platformFamily", "platformOs"]);
});

it("takes a request right behind initialize, whose answer is still under way", async () => {
  const session = new AppServerSession(corpusModel(), ALL, { onError: () => {} });
  const [, list] = await Promise.all([
    session.handle(JSON.stringify({ id: 1, method: "initialize", params: INITIALIZE })),
    session.handle(JSON.stringify({ id: 2, method: "thread/list", params: { limit: 1 } })),
  ]);
  expect(list).toContain('{"id":2,"result":{"data":[{"id":"');
});

it("shows a turn that is in progress as interrupted, since no thread is loaded here", async () => {
  const model = corpusModel();
  const { ask } = await opened(model);
  const { data } = await model.turns(OPEN_TURN, {
    cursor: null,
    limit: 1,
    direction: "descending",
    itemsView: "notLoaded",
    scope: ALL,
  });
  expect(data[0]?.turn.content?.status).toBe("inProgress");
  expect(await ask("thread/turns/list", { threadId: OPEN_TURN, limit: 1 })).toMatchObject({
    result: { data: [{ status: "interrupted", completedAt: null }] },
  });
});

it.each(["thread/read", "thread/turns/list"])(
  "%s of a thread outside of the scope is as of one that is not there",
  async (method) => {
    const { ask } = await opened(corpusModel(), { cwds: ["/elsewhere"], sourceKinds: [] });
    expect(await ask(method, { threadId: PAGINATED })).toEqual({
      id: 1,
      error: { code: -32600, message: `thread not loaded: ${PAGINATED}` },
    });
  },
);

it("shows nothing outside of the scope in lists either", async () => {
  const { ask } = await opened(corpusModel(), { cwds: [], sourceKinds: ["subAgentReview"] });
  expect(await ask("thread/items/list", { threadId: PAGINATED })).toMatchObject({ error: { code: -32601 } });
  const { result } = (await ask("thread/list", { sourceKinds: ["exec", "subAgentReview"], limit: 100 })) as {
    readonly result: { readonly data: readonly { readonly source: unknown }[] };
  };
  expect(result.data.map(({ source }) => source)).toEqual(Array(6).fill({ subAgent: "review" }));
});

it("says nothing of the fault when the database is gone, but tells its server", async () => {
  const model = corpusModel();
  const { ask, failures } = await opened(model);
  await model.close();
  expect(await ask("thread/list", {})).toEqual({
    id: 1,
    error: { code: -32603, message: "the history cannot be read now: ask again later" },
  });
  expect(failures).toEqual([expect.any(ReadModelUnavailableError)]);
});

it("does not send a huge cursor back", async () => {
  const { ask } = await opened(corpusModel());
  const cursor = "x".repeat(1_000_000);
  for (const [method, params] of [
    ["thread/list", {}],
    ["thread/turns/list", { threadId: PAGINATED }],
    ["thread/items/list", { threadId: PAGINATED }],
  ] as const)
    expect(await ask(method, { ...params, cursor })).toEqual({
      id: 1,
      error: { code: -32600, message: `invalid cursor: ${"x".repeat(1000)}…` },
    });
});

it("gives items by the letter, with their times beside them", async () => {
  const session = new AppServerSession(corpusModel(), ALL, { onError: () => {} });
  await session.handle(JSON.stringify({ id: 1, method: "initialize", params: INITIALIZE }));
  const params = { threadId: PAGINATED, limit: 1 };
  expect(await session.handle(JSON.stringify({ id: 2, method: "thread/items/list", params }))).toContain(
    '"data":[{"turnId":"01a203d7-19b4-7e90-85a6-c667d1251406","item":{"type":"userMessage","id":"01a203d7-19d7-7dd1-b03c-c6486df82c04","clientId":null,"content":[{"type":"text","text":"run some commands","text_elements":[]}],"startedAtMs":1795360758234,"completedAtMs":1795360758234},"startedAtMs":1795360758234,"completedAtMs":1795360758234}]',
  );
});
