import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { corpusFiles } from "./support/corpus-files.ts";
import type { SortDirection, Thread, ThreadListParams } from "./support/protocol.ts";
import type { ProtocolClient } from "./support/protocol-client.ts";
import { BothServers } from "./support/sides.ts";

const samples = corpusFiles();

const ALL_KINDS = ["cli", "vscode", "exec", "appServer", "subAgent", "unknown"];

let both: BothServers;

beforeAll(async () => {
  both = await BothServers.start(samples.map(({ file }) => file));
});

afterAll(() => both.close());

function threadOf(name: string): string {
  return samples.find((sample) => sample.name === name)?.file.threadId ?? "";
}

/**
 * Members that mutations do not carry, or that tell of the file. `recencyAt`: Codex counts it up until no two threads have the
 * same; here it is when the thread was last updated.
 */
const NOT_COMPARED = { path: null, model: null, reasoningEffort: null, threadSource: null, recencyAt: 0 };

/** Older releases tell of a sub-agent's parent in its source only. Here it is the thread's all the same. */
const PARENT = /"thread_spawn":\{"parent_thread_id":"([^"]+)"/;

function withParent(thread: Thread): Thread {
  const [, parentThreadId] = PARENT.exec(JSON.stringify(thread)) ?? [];
  return parentThreadId === undefined ? thread : { ...thread, parentThreadId };
}

async function all(client: ProtocolClient, params: ThreadListParams): Promise<Thread[]> {
  const threads: Thread[] = [];
  let cursor: string | null = null;
  do {
    const page: { readonly data: readonly Thread[]; readonly nextCursor: string | null } = await client.request(
      "thread/list",
      { limit: 7, ...params, cursor },
    );
    threads.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return threads.map((thread) => ({ ...withParent(thread), ...NOT_COMPARED }));
}

async function ids(client: ProtocolClient, params: ThreadListParams): Promise<string[]> {
  const threads = await all(client, params);
  return threads.map(({ id }) => samples.find(({ file }) => file.threadId === id)?.name ?? id);
}

describe("thread/list", () => {
  it("shows threads as the real app-server does, member by member", async () => {
    const params: ThreadListParams = { sourceKinds: ALL_KINDS };
    const [codex, ours] = await Promise.all([all(both.codex, params), all(both.ours, params)]);
    expect(ours).toEqual(codex);
    expect(ours).toHaveLength(samples.length);
  });

  const orders = (["created_at", "updated_at"] as const).flatMap((sortKey) =>
    (["asc", "desc"] as const).flatMap((sortDirection) =>
      [1, 7, 100].map((limit) => ({ sortKey, sortDirection, limit })),
    ),
  );

  it.each(orders)("goes by $sortKey $sortDirection in pages of $limit", async (order) => {
    const params: ThreadListParams = { ...order, sourceKinds: ALL_KINDS };
    expect(await ids(both.ours, params)).toEqual(await ids(both.codex, params));
  });

  const filters: ThreadListParams[] = [
    {},
    { sourceKinds: null },
    { sourceKinds: [] },
    ...[...ALL_KINDS, "subAgentReview", "subAgentCompact", "subAgentThreadSpawn", "subAgentOther"].map((kind) => ({
      sourceKinds: [kind],
    })),
    { modelProviders: [] },
    { modelProviders: ["mock", "x"] },
    { modelProviders: ["openai"] },
    { cwd: "/home/user/project" },
    { cwd: "/home/user/project/" },
    { cwd: "/home/user" },
    { cwd: "" },
    { cwd: [] },
    { cwd: ["/x", "/home/user/project"] },
    { searchTerm: "question" },
    { searchTerm: "run some", sourceKinds: ALL_KINDS },
    { searchTerm: "%" },
    { searchTerm: "" },
    { archived: true },
    { archived: false },
    { sectionId: null },
    { sectionId: "x" },
    { projectId: null },
    { excludedThreadIds: [threadOf("review-0.169.0"), threadOf("errors-0.169.0")] },
    { parentThreadId: threadOf("subagents-0.169.0") },
    { parentThreadId: threadOf("subagents-0.137.0") },
    { parentThreadId: threadOf("subagents-0.120.0-ext") },
    { parentThreadId: threadOf("review-0.169.0") },
    { parentThreadId: threadOf("subagents-0.169.0"), sourceKinds: ["exec"] },
    { ancestorThreadId: threadOf("subagents-0.169.0") },
    { ancestorThreadId: threadOf("hello-0.169.0") },
    { attachedToThreadId: threadOf("subagents-0.169.0") },
    { sortKey: "section_position", sectionId: "x" },
  ];

  it.each(filters)("has the threads of the real app-server for %j", async (filter) => {
    expect(await ids(both.ours, filter)).toEqual(await ids(both.codex, filter));
  });

  it("takes recency for the time of the last update", async () => {
    const of = (sortKey: "recency_at" | "updated_at") => ids(both.ours, { sortKey, sourceKinds: ALL_KINDS });
    expect(await of("recency_at")).toEqual(await of("updated_at"));
    expect(new Set(await of("recency_at"))).toEqual(
      new Set(await ids(both.codex, { sortKey: "recency_at", sourceKinds: ALL_KINDS })),
    );
  });

  it("leads back from a page of oldest threads over what came before", async () => {
    expect(await back(both.ours, "asc")).toEqual(await back(both.codex, "asc"));
  });

  it("leads back from a page of newest threads, its first one included, which the real app-server forgets at times", async () => {
    const [codex, ours] = await Promise.all([back(both.codex, "desc"), back(both.ours, "desc")]);
    expect(ours).toHaveLength(10);
    expect(ours.slice(1)).toEqual(codex.slice(0, 9));
  });
});

describe("thread/read", () => {
  it.each(samples)("shows $name as the real app-server does, member by member", async ({ file: { threadId } }) => {
    const [codex, ours] = await Promise.all([
      both.codex.request("thread/read", { threadId }),
      both.ours.request("thread/read", { threadId }),
    ]);
    // Of some legacy threads the real one tells here when they were created; its list tells what ours does, both times.
    const masked = { ...NOT_COMPARED, updatedAt: 0 };
    expect({ ...ours.thread, ...masked }).toEqual({ ...withParent(codex.thread), ...masked });
  });
});

async function back(client: ProtocolClient, sortDirection: SortDirection): Promise<string[]> {
  const params: ThreadListParams = { sortDirection, sourceKinds: ALL_KINDS, limit: 10 };
  const first = await client.request("thread/list", params);
  const second = await client.request("thread/list", { ...params, cursor: first.nextCursor });
  const opposite = sortDirection === "asc" ? "desc" : "asc";
  const cursor = second.backwardsCursor;
  const { data } = await client.request("thread/list", { ...params, sortDirection: opposite, cursor });
  return data.map(({ id }) => id);
}
