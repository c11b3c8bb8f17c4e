import { describe, expect, it } from "vitest";
import { agentMessage, userMessage } from "../../src/testing/index.ts";
import { viewed } from "./support/browser.ts";
import { serving } from "./support/serving.ts";
import { WrittenThread } from "./support/thread.ts";

const THREAD = "t-1";

/** A thread of some turns, each a question and an answer. */
function threadOf(file: string, turns: number): WrittenThread {
  const thread = new WrittenThread(file, THREAD);
  for (let n = 1; n <= turns; n++) {
    thread.turn(`turn-${n}`, n);
    thread.items(`turn-${n}`, [said(`q-${n}`, `question ${n}`), answered(`a-${n}`, `answer ${n}`)]);
  }
  return thread;
}

const said = (id: string, text: string) => userMessage(id, text) as { id: string };
const answered = (id: string, text: string) => agentMessage(id, text) as { id: string };

describe("a thread", () => {
  it("goes on while one looks at it", async () => {
    const { url, file } = await serving();
    const thread = threadOf(file, 1);
    const { page } = await viewed(`${url}/threads/${THREAD}`);
    await page.getByText("answer 1").waitFor();

    thread.turn("turn-2", 2, "inProgress");
    thread.items("turn-2", [said("q-2", "and now?")]);
    await page.getByText("and now?").waitFor();
    await page.getByText("The agent is working").waitFor();
    thread.items("turn-2", [answered("a-2", "half an ans")], true);
    await page.getByText("half an ans").waitFor();
    thread.items("turn-2", [answered("a-2", "half an answer, and the rest")]);
    thread.turn("turn-2", 2, "completed");

    await page.getByText("half an answer, and the rest").waitFor();
    await page.getByText("The agent is working").waitFor({ state: "detached" });
  });

  it("shows why a turn failed", async () => {
    const { url, file } = await serving();
    const thread = threadOf(file, 1);
    thread.turn("turn-2", 2, "failed", "too much was asked");
    const { page } = await viewed(`${url}/threads/${THREAD}`);
    await page.getByText("The turn failed").waitFor();
    await page.getByText("too much was asked").waitFor();
  });

  it("shows that turns were taken back, at once and when it is opened again", async () => {
    const { url, file } = await serving();
    const thread = threadOf(file, 2);
    const { page } = await viewed(`${url}/threads/${THREAD}`);
    await page.getByText("answer 2").waitFor();

    thread.removeTurn("turn-2");
    thread.turn("turn-3", 3);
    thread.items("turn-3", [said("q-3", "once more")]);

    await page.getByText("once more").waitFor();
    await page.getByText("answer 2").waitFor({ state: "detached" });
    await page.getByText("1 turn taken back").waitFor();
    await page.reload();
    await page.getByText("1 turn taken back").waitFor();
  });

  it("is opened at the item that a link names", async () => {
    const { url, file } = await serving();
    threadOf(file, 200);
    const { page } = await viewed(`${url}/threads/${THREAD}#turn=turn-90&item=a-90`);
    const chosen = page.locator(".chosen");
    await chosen.getByText("answer 90").waitFor();
    await expect.poll(async () => (await chosen.boundingBox())?.y ?? -1).toBeGreaterThan(0);
    expect((await chosen.boundingBox())?.y).toBeLessThan(800);
  });

  it("says so when what a link names is gone", async () => {
    const { url, file } = await serving();
    threadOf(file, 2);
    const { page } = await viewed(`${url}/threads/${THREAD}#turn=turn-9`);
    await page.getByText("The turn of this link is not in the thread any more.").waitFor();
    await page.goto(`${url}/threads/no-such-thread`);
    await page.getByText("There is no such thread").waitFor();
  });

  it("is moved through by keys", async () => {
    const { url, file } = await serving();
    threadOf(file, 3);
    const { page } = await viewed(`${url}/threads/${THREAD}`);
    await page.getByText("answer 3").waitFor();
    const chosen = page.locator(".chosen");

    await page.keyboard.press("g");
    await page.keyboard.press("j");
    await chosen.getByRole("heading", { name: "Turn 1" }).waitFor();
    await page.keyboard.press("j");
    await chosen.getByRole("heading", { name: "Turn 2" }).waitFor();
    await page.keyboard.press("k");
    await chosen.getByRole("heading", { name: "Turn 1" }).waitFor();
    await page.keyboard.press("o");
    await page.getByText("answer 1").waitFor({ state: "detached" });
    await page.keyboard.press("o");
    await page.getByText("answer 1").waitFor();
    await page.keyboard.press("n");
    await chosen.getByText("question 1").waitFor();
    await page.keyboard.press("c");
    await expect.poll(() => new URL(page.url()).hash).toBe("#turn=turn-1&item=q-1");
    await page.keyboard.press("?");
    await page.getByRole("dialog").getByText("next and previous item").waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("u");
    await page.getByRole("feed", { name: "Threads" }).waitFor();
  });
});

describe("colours", () => {
  const background =
    "getComputedStyle(document.body).backgroundColor.match(/[0-9.]+/g).slice(0, 3).reduce((a, b) => a + +b, 0)";

  it("are those of the system, or those that one chose, which stay chosen", async () => {
    const { url } = await serving();
    const { page } = await viewed(url, { colorScheme: "dark" });
    await page.getByRole("heading", { name: "No threads yet" }).waitFor();
    expect(Number(await page.evaluate(background))).toBeLessThan(200);

    await page.keyboard.press("t");

    await expect.poll(async () => Number(await page.evaluate(background))).toBeGreaterThan(600);
    await page.reload();
    await page.getByRole("heading", { name: "No threads yet" }).waitFor();
    expect(Number(await page.evaluate(background))).toBeGreaterThan(600);
  });
});
