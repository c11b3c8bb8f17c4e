import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RolloutFile } from "../../conformance/src/rollout-file.ts";
import type { Thread, ThreadListParams } from "./support/protocol.ts";
import type { ProtocolClient } from "./support/protocol-client.ts";
import { BothServers } from "./support/sides.ts";

interface Odd {
  readonly meta: object;
  readonly said?: string;
}

const SPAWN = { parent_thread_id: "019e0000-0000-7000-8000-000000000000", depth: 2 };

/** First lines as Codex may find them, each in a thread of its own in which something was said. */
const ODD: readonly Odd[] = [
  ...["cli", "vscode", "exec", "mcp", "appServer", "unknown", "weird", undefined].map((source) => ({
    meta: { source },
  })),
  ...["review", "compact", { other: "x" }, { thread_spawn: SPAWN }].map((subagent) => ({
    meta: { source: { subagent } },
  })),
  { meta: { source: { custom: "x" } } },
  { meta: { cwd: "/p/x/../y/" } },
  { meta: { git: {} } },
  { meta: { git: { commit_hash: "abc", branch: null, repository_url: "u" } } },
  { meta: {}, said: "  lead\nline two  " },
  { meta: {}, said: "# Context\n\n## My request for Codex:\nwhat is asked" },
  { meta: {}, said: "" },
];

const files = ODD.map(({ meta, said = "hello World" }, n): RolloutFile => {
  const number = String(n + 1).padStart(2, "0");
  const threadId = `019e0000-0000-7000-8000-0000000000${number}`;
  const timestamp = `2026-06-05T10:00:${number}.500Z`;
  const first = {
    id: threadId,
    timestamp,
    cwd: "/p",
    originator: "o",
    cli_version: "1",
    source: "cli",
    model_provider: "mock",
    ...meta,
  };
  const lines = [
    { timestamp, type: "session_meta", payload: first },
    ...(said === ""
      ? []
      : [{ timestamp, type: "event_msg", payload: { type: "user_message", message: said, images: [] } }]),
  ];
  return {
    name: `rollout-2026-06-05T10-00-${number}-${threadId}.jsonl`,
    threadId,
    mode: "legacy",
    text: lines.map((line) => `${JSON.stringify(line)}\n`).join(""),
    asked: true,
  };
});

const KINDS = ["cli", "vscode", "exec", "appServer", "subAgent", "unknown"];

let both: BothServers;

beforeAll(async () => {
  both = await BothServers.start(files);
});

afterAll(() => both.close());

/** Of the real one the file's path, recency, which is another count there, and a parent that only the source tells of. */
const NOT_COMPARED = { path: null, recencyAt: 0, parentThreadId: null };

async function listed(client: ProtocolClient, params: ThreadListParams): Promise<Thread[]> {
  const { data } = await client.request("thread/list", { limit: 100, ...params });
  return data.map((thread) => ({ ...thread, ...NOT_COMPARED }));
}

describe("threads with odd first lines", () => {
  it("are listed as the real app-server lists them; those without words are not", async () => {
    const [codex, ours] = await Promise.all([both.codex, both.ours].map((of) => listed(of, { sourceKinds: KINDS })));
    expect(ours).toEqual(codex);
    // Neither the one of a kind that cannot be asked for nor the one in which nothing was said.
    expect(ours).toHaveLength(ODD.length - 2);
  });

  const filters: ThreadListParams[] = [
    {},
    ...[...KINDS, "subAgentReview", "subAgentCompact", "subAgentThreadSpawn", "subAgentOther"].map((kind) => ({
      sourceKinds: [kind],
    })),
    { ancestorThreadId: SPAWN.parent_thread_id },
    { searchTerm: "World" },
    { searchTerm: "_ello" },
  ];

  it.each(filters)("are found alike by %j", async (filter) => {
    const [codex = [], ours = []] = await Promise.all([both.codex, both.ours].map((of) => listed(of, filter)));
    expect(ours.map(({ id }) => id)).toEqual(codex.map(({ id }) => id));
  });
});
