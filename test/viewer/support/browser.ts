import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, expect, onTestFinished } from "vitest";
import { chromiumPath } from "./chromium-path.ts";

/** It is to ask nobody but the server under test. */
const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** A page in a real browser, and what went wrong in it. */
export interface Viewed {
  readonly page: Page;
  /** Errors of scripts, what the content security policy refused, dialogs, and requests to other places. */
  readonly problems: readonly string[];
}

let running: Promise<Browser> | null = null;

afterAll(async () => {
  await (await running)?.close();
  running = null;
});

/** Opens an address until the test has ended, when nothing may have gone wrong in it. */
export async function viewed(url: string, options: BrowserContextOptions = {}): Promise<Viewed> {
  running ??= chromium.launch({ executablePath: chromiumPath() ?? "", args: FLAGS });
  const context = await (await running).newContext({ viewport: { width: 1200, height: 800 }, ...options });
  const page = await context.newPage();
  const problems = problemsOf(page, new URL(url).origin);
  onTestFinished(async () => {
    await context.close();
    expect(problems).toEqual([]);
  });
  await page.goto(url);
  return { page, problems };
}

function problemsOf(page: Page, origin: string): string[] {
  const problems: string[] = [];
  page.on("pageerror", (error) => problems.push(`error: ${error.message}`));
  page.on("console", (message) => {
    const isAnswer = message.text().startsWith("Failed to load resource");
    if (message.type() === "error" && !isAnswer) problems.push(`console: ${message.text()}`);
  });
  page.on("dialog", (dialog) => {
    problems.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    const { protocol, origin: asked } = new URL(request.url());
    if (protocol.startsWith("http") && asked !== origin) problems.push(`request: ${request.url()}`);
  });
  return problems;
}
