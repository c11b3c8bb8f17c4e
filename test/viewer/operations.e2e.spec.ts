import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { StartProcess } from "../embedded/support/start-process.ts";
import { viewed } from "./support/browser.ts";

const THREAD = "0197a000-0000-7000-8000-000000000001";

describe("the page for operators", () => {
  it("shows where each observer is, and what could not be read, with the reason", async () => {
    const folder = mkdtempSync(join(tmpdir(), "thread-history-viewer-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const timestamp = "2026-06-05T10:00:00.000Z";
    const meta = { id: THREAD, timestamp, cwd: "/p", originator: "codex", cli_version: "0.120.0", instructions: null };
    const lines = [JSON.stringify({ timestamp, type: "session_meta", payload: meta }), `{"timestamp": nothing`];
    writeFileSync(join(folder, `rollout-2026-06-05T10-00-00-${THREAD}.jsonl`), `${lines.join("\n")}\n`);
    const started = StartProcess.started(["--data", join(folder, "data"), folder]);

    const { page } = await viewed(`${await started.url()}/operations`);

    for (const name of ["lifecycle", "thread-item", "turn-summary"])
      await page.getByRole("row", { name }).getByText("running").first().waitFor();
    await page.getByText("malformed-line").waitFor();
    await expect.poll(() => page.getByRole("row", { name: "malformed-line" }).innerText()).toContain("at byte");
  });
});
