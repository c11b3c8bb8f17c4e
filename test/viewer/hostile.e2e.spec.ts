import { describe, expect, it } from "vitest";
import { agentMessage, userMessage } from "../../src/testing/index.ts";
import { viewed } from "./support/browser.ts";
import { serving } from "./support/serving.ts";
import { WrittenThread } from "./support/thread.ts";

const THREAD = "t-hostile";
const RUNS = "document.title='owned';alert(1)";
const TEXTS = [
  `<script>${RUNS}</script>`,
  `<img src=x onerror="${RUNS}">`,
  `<svg/onload="${RUNS}"><style>*{display:none}</style>`,
  `[a link](javascript:${RUNS})`,
  `[a link](  JaVaScRiPt&colon;${RUNS})`,
  `[data](data:text/html,<script>${RUNS}</script>)`,
  "![a picture](https://elsewhere.example/pixel.png)",
  `<iframe srcdoc="<script>${RUNS}</script>"></iframe>`,
  `<a href="javascript:${RUNS}">raw</a>`,
  "\u202egnp.exe \u2066 \u0000 \u001b]8;;javascript:alert(1)\u0007link\u001b]8;;\u0007 \u001b[2J\u001b[31m",
  `${"[".repeat(5_000)}${"]".repeat(5_000)}`,
  `${"> ".repeat(2_000)}deep`,
  "__proto__ constructor {{7*7}}",
];

/** Whatever an item holds where Codex would hold something else. */
const ITEMS: readonly object[] = [
  ...TEXTS.flatMap((text, n) => [userMessage(`u-${n}`, text), agentMessage(`a-${n}`, text)]),
  ...TEXTS.map((text, n) => ({
    ...{ id: `c-${n}`, type: "commandExecution", command: text, cwd: text, status: text },
    ...{ aggregatedOutput: text, exitCode: 0, durationMs: -1, commandActions: [{ type: text, path: text }] },
  })),
  ...TEXTS.map((text, n) => ({
    ...{ id: `f-${n}`, type: "fileChange", status: text },
    changes: [{ path: text, kind: { type: "update", move_path: text }, diff: `@@ -1 +1 @@\n-${text}\n+${text}` }],
  })),
  ...TEXTS.map((text, n) => ({
    ...{ id: `m-${n}`, type: "mcpToolCall", server: text, tool: text, status: text, arguments: { [text]: text } },
    ...{ result: { content: [{ type: "image", mimeType: `${text}`, data: text }] }, error: { message: text } },
  })),
  ...TEXTS.map((text, n) => ({ id: `t-${n}`, type: text, [text]: text })),
  ...["userMessage", "reasoning", "fileChange", "mcpToolCall", "collabAgentToolCall", "webSearch", "__proto__"].map(
    (type, n) => ({
      id: `w-${n}`,
      type,
      content: 7,
      summary: {},
      changes: "no",
      result: [],
      agentsStates: null,
      text: [],
    }),
  ),
  agentMessage("huge", "x".repeat(2_000_000)),
];

describe("a hostile thread", () => {
  it("shows its text as text: nothing of it runs, asks for anything or hides the page", async () => {
    const { url, file } = await serving();
    const thread = new WrittenThread(file, THREAD);
    thread.turn(`<b>${RUNS}`, 1, "failed", TEXTS.slice(0, 12).join(""));
    thread.items(`<b>${RUNS}`, ITEMS as readonly { id: string }[]);

    const { page } = await viewed(`${url}/threads/${THREAD}`);
    await page.getByText("The turn failed").waitFor();
    const seen = new Set<string>();
    await page.keyboard.press("g");
    await page.locator("article.item").first().getByText("<script>").waitFor();
    for (let at = 0; at < ITEMS.length + 5; at++) {
      await page.keyboard.press("n");
      await page.locator(".chosen").waitFor();
      seen.add((await page.locator(".chosen").getAttribute("aria-label")) ?? "");
    }

    expect(await page.title()).not.toBe("owned");
    expect(await page.locator("#app script, #app iframe, #app style, #app [onerror], #app [onload]").count()).toBe(0);
    const links = await page
      .locator("#app a")
      .evaluateAll((all) => all.map((link) => new URL(String(Object(link).href)).protocol));
    expect(links.filter((protocol) => protocol !== "http:" && protocol !== "https:")).toEqual([]);
    expect(seen.size).toBeGreaterThan(4);
  });

  it("does not get its markup into the list", async () => {
    const { url, file } = await serving();
    const thread = new WrittenThread(file, THREAD);
    thread.turn("turn-1", 1);
    thread.items("turn-1", [userMessage("u-1", `<img src=x onerror="${RUNS}"> needle`) as { id: string }]);
    const { page } = await viewed(url);
    await page.getByText('<img src=x onerror="').first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("needle");
    await page.locator("mark").getByText("needle").waitFor();
    expect(await page.locator("#app img").count()).toBe(0);
  });

  it("is under a policy that allows no script but the viewer's own", async () => {
    const { get } = await serving();
    const policy = (await get("/threads/x", { headers: { accept: "text/html" } })).headers.get(
      "content-security-policy",
    );
    expect(policy).toContain("default-src 'none'; script-src 'self'");
    expect(policy).toContain("require-trusted-types-for 'script'");
    expect(policy).not.toContain("unsafe");
  });
});
