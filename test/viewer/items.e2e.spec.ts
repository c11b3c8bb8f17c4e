import { describe, expect, it } from "vitest";
import { agentMessage, userMessage } from "../../src/testing/index.ts";
import { viewed } from "./support/browser.ts";
import { serving } from "./support/serving.ts";
import { WrittenThread } from "./support/thread.ts";

const THREAD = "t-items";
/** A red dot. */
const PICTURE = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGP4z8AAAAMBAQDJ/pLvAAAAAElFTkSuQmCC";
const CALL = { status: "completed", durationMs: 1_200, arguments: { q: "kafka" } };

interface Kind {
  readonly item: { readonly type: string; readonly [name: string]: unknown };
  /** What one reads of it, in order. */
  readonly shows: readonly string[];
  /** Elements that must be there. */
  readonly has?: readonly string[];
}

const kinds: readonly Kind[] = [
  {
    item: { ...userMessage("", "Look at **this**."), type: "userMessage" },
    shows: ["User", "Look at this."],
    has: ["strong"],
  },
  {
    item: { type: "userMessage", content: [{ type: "image", url: `data:image/png;base64,${PICTURE}` }] },
    shows: ["User"],
    has: ["img[src^='data:image/png']"],
  },
  {
    item: { ...agentMessage("", "# Done\n\n- one\n- two\n\n`code`", "final_answer"), type: "agentMessage" },
    shows: ["Agent", "final answer", "Done", "one", "two", "code"],
    has: ["li", "code"],
  },
  { item: { type: "reasoning", summary: ["**Looking** at it"], content: ["hidden at first"] }, shows: ["Looking"] },
  { item: { type: "plan", text: "1. read\n2. write" }, shows: ["Plan", "read", "write"], has: ["ol"] },
  {
    item: {
      ...{ type: "commandExecution", command: "/bin/bash -lc 'npm test'", cwd: "/project/web", status: "failed" },
      ...{ aggregatedOutput: "\u001b[31mone failed\u001b[0m\n", exitCode: 3, durationMs: 61_000, commandActions: [] },
    },
    shows: ["npm test", "exit 3", "1 min 1 s", "one failed"],
  },
  {
    item: {
      ...{ type: "fileChange", status: "completed" },
      changes: [
        {
          path: "/project/a.ts",
          kind: { type: "update", move_path: null },
          diff: "@@ -1,2 +1,2 @@\n same\n-old\n+new\n",
        },
        { path: "/project/b.ts", kind: { type: "add" }, diff: "fresh\n" },
      ],
    },
    shows: ["Edited 2 files", "a.ts", "+1", "−1", "old", "new", "b.ts", "fresh"],
    has: [".line.added", ".line.removed"],
  },
  {
    item: {
      ...{ type: "mcpToolCall", server: "docs", tool: "find", ...CALL, error: null },
      result: { content: [{ type: "text", text: "found it" }], structuredContent: null },
    },
    shows: ["docs.find", "1.2 s", '{"q":"kafka"}', "found it"],
  },
  {
    item: {
      type: "mcpToolCall",
      server: "docs",
      tool: "burn",
      ...CALL,
      status: "failed",
      error: { message: "it broke" },
    },
    shows: ["docs.burn", "failed", "it broke"],
  },
  {
    item: {
      ...{ type: "dynamicToolCall", namespace: null, tool: "lookup", ...CALL, success: false },
      contentItems: [{ type: "inputText", text: "nothing there" }],
    },
    shows: ["lookup", "failed", "nothing there"],
  },
  {
    item: { type: "functionCallOutput", name: "ask", namespace: "user", output: "an answer" },
    shows: ["Result of", "user.ask", "an answer"],
  },
  {
    item: {
      ...{ type: "collabAgentToolCall", tool: "spawnAgent", status: "completed", senderThreadId: THREAD },
      ...{ receiverThreadIds: ["t-child"], prompt: "count the lines", model: "m-1", reasoningEffort: "low" },
      agentsStates: { "t-child": { status: "running", message: null } },
    },
    shows: ["Started", "count the lines", "running"],
    has: ["a[href='/threads/t-child']"],
  },
  {
    item: { type: "subAgentActivity", kind: "started", agentThreadId: "t-other", agentPath: "/root/x" },
    shows: ["Agent", "started"],
    has: ["a[href='/threads/t-other']"],
  },
  {
    item: {
      type: "webSearch",
      query: "kafka fencing",
      action: { type: "search", query: "kafka fencing", queries: null },
    },
    shows: ["kafka fencing"],
  },
  { item: { type: "imageView", path: "/project/shot.png" }, shows: ["shot.png"] },
  {
    item: {
      type: "imageGeneration",
      status: "completed",
      revisedPrompt: "a red dot",
      result: PICTURE,
      savedPath: null,
    },
    shows: ["a red dot"],
    has: ["img[src^='data:image/png']"],
  },
  { item: { type: "enteredReviewMode", review: "current changes" }, shows: ["Review begins", "current changes"] },
  { item: { type: "exitedReviewMode", review: "Two findings." }, shows: ["Review", "Two findings."] },
  { item: { type: "contextCompaction" }, shows: ["ompact"] },
  { item: { type: "hookPrompt", fragments: [{ text: "be brief", hookRunId: "run-1" }] }, shows: ["hook", "be brief"] },
  { item: { type: "sleep", durationMs: 5_000 }, shows: ["5.0 s"] },
  { item: { type: "notInventedYet", answer: 42 }, shows: ["notInventedYet"] },
];

describe("an item", () => {
  it("is shown as people want to see it, of whatever kind", async () => {
    const { url, file } = await serving();
    const thread = new WrittenThread(file, THREAD);
    thread.turn("turn-1", 1);
    thread.items(
      "turn-1",
      kinds.map(({ item }, n) => ({ ...item, id: `i-${n}` })),
    );

    const { page } = await viewed(`${url}/threads/${THREAD}`, { viewport: { width: 1200, height: 8_000 } });
    const items = page.locator("article.item");
    await items.nth(kinds.length - 1).waitFor();

    for (const [n, { item, shows, has = [] }] of kinds.entries()) {
      const shown = items.nth(n);
      expect.soft(wordsIn(await shown.innerText(), shows), item.type).toEqual(shows);
      for (const selector of has) expect.soft(await shown.locator(selector).count(), selector).toBeGreaterThan(0);
    }
  });

  it("that is folded shows the rest when it is unfolded", async () => {
    const { url, file } = await serving();
    const thread = new WrittenThread(file, THREAD);
    const lines = Array.from({ length: 100 }, (_, n) => `line ${n}`).join("\n");
    thread.turn("turn-1", 1);
    thread.items("turn-1", [
      { id: "i-1", type: "reasoning", summary: ["**Looking**"], content: ["deep inside"] },
      {
        id: "i-2",
        type: "commandExecution",
        command: "seq 100",
        aggregatedOutput: lines,
        exitCode: 0,
        status: "completed",
      },
    ]);
    const { page } = await viewed(`${url}/threads/${THREAD}`);
    await page.getByText("line 99").waitFor();
    expect([await page.getByText("deep inside").count(), await page.getByText("line 50").count()]).toEqual([0, 0]);

    await page.getByRole("button", { name: "Looking" }).click();
    await page.getByRole("button", { name: "Show 84 more lines" }).click();

    await page.getByText("deep inside").waitFor();
    await page.getByText("line 50").waitFor();
  });
});

/** Those of the wanted words that are in a text, in this order. */
function wordsIn(text: string, wanted: readonly string[]): string[] {
  let rest = text.replace(/\s+/g, " ");
  return wanted.filter((words) => {
    const at = rest.indexOf(words);
    if (at >= 0) rest = rest.slice(at + words.length);
    return at >= 0;
  });
}
