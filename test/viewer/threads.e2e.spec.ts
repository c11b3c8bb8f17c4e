import { describe, expect, it } from "vitest";
import { tokensIn } from "../../src/api/index.ts";
import { agentMessage, userMessage } from "../../src/testing/index.ts";
import { viewed } from "./support/browser.ts";
import { serving } from "./support/serving.ts";
import { WrittenThread } from "./support/thread.ts";

const NAMES = ["hello-0.169.0", "parallel-0.120.0-ext"];

describe("the list of threads", () => {
  it("shows each with its first words and its status, and opens it", async () => {
    const { url } = await serving(NAMES);
    const { page } = await viewed(url);
    const entries = page.getByRole("feed", { name: "Threads" }).getByRole("link");
    await entries.first().waitFor();
    expect(await entries.count()).toBe(2);

    await entries.first().click();

    await page.getByRole("heading", { name: "Turn 1", exact: true }).waitFor();
    expect(new URL(page.url()).pathname).toMatch(/^\/threads\/[0-9a-f-]{36}$/);
  });

  it("grows and changes as agents work", async () => {
    const { url, file } = await serving(NAMES);
    const { page } = await viewed(url);
    await page.getByRole("link").first().waitFor();

    const thread = new WrittenThread(file, "t-new");
    thread.turn("turn-1", 1, "inProgress");
    thread.items("turn-1", [userMessage("i-1", "a new question") as { id: string }]);

    const entry = page.getByRole("link", { name: "a new question" });
    await entry.waitFor();
    await page.getByTitle("in progress").waitFor();
    thread.turn("turn-1", 1, "completed");
    await page.getByTitle("in progress").waitFor({ state: "detached" });
  });

  it("finds the words of messages, and shows where they stand", async () => {
    const { url, file } = await serving(NAMES);
    const thread = new WrittenThread(file, "t-words");
    thread.turn("turn-1", 1);
    thread.items("turn-1", [
      userMessage("i-1", "what is fencing?") as { id: string },
      agentMessage("i-2", "A zombie's epoch is refused.") as { id: string },
    ]);
    const { page } = await viewed(url);
    await page.getByRole("link", { name: "what is fencing?" }).waitFor();

    await page.keyboard.press("/");
    await page.keyboard.type("zombie");

    await page.locator("mark").getByText("zombie").waitFor();
    await expect.poll(() => page.locator(".thread-entry, .thread").count()).toBeLessThanOrEqual(1);
    await page.locator("mark").getByText("zombie").click();
    await page.locator(".chosen").getByText("A zombie's epoch is refused.").waitFor();
  });

  it("is filtered by status, kept in the address", async () => {
    const { url, file } = await serving(NAMES);
    const thread = new WrittenThread(file, "t-failed");
    thread.turn("turn-1", 1, "failed");
    thread.items("turn-1", [userMessage("i-1", "this went wrong") as { id: string }]);
    const { page } = await viewed(url);
    await page.getByRole("link", { name: "this went wrong" }).waitFor();

    await page.getByLabel("Status").selectOption("failed");

    await expect.poll(() => page.getByRole("feed", { name: "Threads" }).getByRole("link").count()).toBe(1);
    await page.reload();
    await page.getByRole("link", { name: "this went wrong" }).waitFor();
    expect(await page.getByRole("feed", { name: "Threads" }).getByRole("link").count()).toBe(1);
  });

  it("says so when there is nothing", async () => {
    const { url } = await serving();
    const { page } = await viewed(url);
    await page.getByRole("heading", { name: "No threads yet" }).waitFor();
  });
});

describe("with tokens", () => {
  it("one signs in, and sees what the token lets one see", async () => {
    const tokens = tokensIn("- { name: all, token: 0123456789abcdef-all }");
    const { url } = await serving(NAMES, { tokens });
    const { page } = await viewed(url);

    await page.getByLabel("Token").fill("0123456789abcdef-not");
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("This token is not known.").waitFor();
    await page.getByLabel("Token").fill("0123456789abcdef-all");
    await page.getByRole("button", { name: "Sign in" }).click();

    await page.getByRole("feed", { name: "Threads" }).waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.getByLabel("Token").waitFor();
  });
});
