/** Requests that something is wrong with, or odd, with the thread they are about: paginated, legacy, or one that is not there. */
export interface OddRequest {
  readonly method: string;
  readonly params: unknown;
}

const UNKNOWN = "01a203d7-0000-7d81-b8ee-6bec5f6b6ee3";

/** Wrong, whichever threads there are. */
export function badRequests(paginated: string, legacy: string): OddRequest[] {
  return [
    ...["thread/read", "thread/turns/list", "thread/items/list"].flatMap((method) => [
      { method, params: undefined },
      { method, params: null },
      { method, params: 5 },
      { method, params: {} },
      { method, params: { threadId: 5 } },
      { method, params: { threadId: null } },
      { method, params: { threadId: "" } },
      { method, params: { threadId: "not-a-uuid" } },
      { method, params: { threadId: paginated.slice(1) } },
      { method, params: { threadId: `${paginated}0` } },
      { method, params: { threadId: `${paginated}-0` } },
      { method, params: { threadId: `${paginated}-é` } },
      { method, params: { threadId: UNKNOWN } },
    ]),
    { method: "thread/read", params: { threadId: UNKNOWN, includeTurns: true } },
    { method: "thread/read", params: { threadId: paginated, includeTurns: "yes" } },
    { method: "thread/read", params: { threadId: paginated, includeTurns: null } },
    ...pageFaults("thread/turns/list", { threadId: paginated }),
    { method: "thread/turns/list", params: { threadId: paginated, itemsView: "all" } },
    { method: "thread/turns/list", params: { threadId: paginated, itemsView: 1 } },
    { method: "thread/turns/list", params: { threadId: legacy, cursor: "zzz" } },
    ...pageFaults("thread/items/list", { threadId: paginated }),
    { method: "thread/items/list", params: { threadId: legacy } },
    { method: "thread/items/list", params: { threadId: paginated, turnId: 5 } },
    ...[{}, { itemId: "x" }, { type: "item" }, { type: "turn", itemId: "x" }, 5].map((cursor) => ({
      method: "thread/items/list",
      params: { threadId: paginated, turnId: "t", cursor },
    })),
    ...[undefined, null, "", "t"].map((turnId) => ({
      method: "thread/items/list",
      params: { threadId: paginated, turnId, cursor: { type: "item", itemId: "x" } },
    })),
    { method: "thread/items/list", params: { threadId: paginated, deferOutput: "x" } },
    { method: "thread/items/list", params: { threadId: paginated, deferOutput: { commandExecution: null } } },
    ...pageFaults("thread/list", {}),
    ...[
      { sortKey: "x" },
      { sortKey: "section_position" },
      { sourceKinds: ["x"] },
      { sourceKinds: "cli" },
      { modelProviders: [5] },
      { excludedThreadIds: ["x"] },
      { excludedThreadIds: Array.from({ length: 101 }, () => paginated) },
      { originators: ["x"] },
      { parentThreadId: "x" },
      { ancestorThreadId: "x" },
      { attachedToThreadId: "x" },
      { parentThreadId: paginated, ancestorThreadId: paginated },
      { parentThreadId: paginated, attachedToThreadId: paginated },
      { projectId: "x" },
      { cwd: 5 },
      { archived: "x" },
      { useStateDbOnly: null },
      { includeAttachedThreads: true },
      { searchTerm: 5 },
    ].map((params) => ({ method: "thread/list", params })),
    { method: "initialize", params: { clientInfo: { name: "again", version: "0" } } },
    { method: "initialize", params: {} },
  ];
}

function pageFaults(method: string, params: object): OddRequest[] {
  return [
    { limit: -1 },
    { limit: "5" },
    { limit: 1.5 },
    { limit: 2 ** 32 },
    { limit: {} },
    { limit: true },
    { cursor: "zzz" },
    { cursor: "" },
    { cursor: `{"requestedThreadId":"${UNKNOWN}","rolloutOrdinal":1}` },
    { sortDirection: "up" },
    { sortDirection: 1 },
  ].map((fault) => ({ method, params: { ...params, ...fault } }));
}
