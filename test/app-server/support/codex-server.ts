import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { CodexHome } from "../../../conformance/src/codex-home.ts";
import type { RolloutFile } from "../../../conformance/src/rollout-file.ts";
import { publishedCodex } from "../../../scripts/published-codex.ts";
import type { ProtocolClient } from "./protocol-client.ts";

const LISTENING = /listening on: (ws:\S+)/;

const NO_TURN = "no turn is called this";

/** The published `codex app-server` on a home of its own, spoken to over its WebSocket. */
export class CodexServer {
  readonly url: string;
  readonly home: CodexHome;
  readonly #process: ChildProcess;

  private constructor(url: string, home: CodexHome, process: ChildProcess) {
    this.url = url;
    this.home = home;
    this.#process = process;
  }

  /** @param prepare puts rollouts into the home */
  static async start(prepare: (home: CodexHome) => void): Promise<CodexServer> {
    const home = new CodexHome();
    prepare(home);
    const [program, ...args] = publishedCodex();
    const child = spawn(program, [...args, "app-server", "--listen", "ws://127.0.0.1:0"], {
      cwd: home.path,
      env: { PATH: process.env.PATH, HOME: home.path, CODEX_HOME: home.path, RUST_LOG: "off" },
      stdio: ["ignore", "ignore", "pipe"],
    });
    try {
      return new CodexServer(await addressOf(child), home, child);
    } catch (error) {
      home.remove();
      throw error;
    }
  }

  async close(): Promise<void> {
    const ended = once(this.#process, "close");
    this.#process.kill();
    await ended;
    this.home.remove();
  }
}

async function addressOf({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error("codex app-server has no standard error");
  const said: string[] = [];
  for await (const line of createInterface({ input: stderr })) {
    said.push(line);
    const [, url] = LISTENING.exec(line) ?? [];
    if (url === undefined) continue;
    // Whatever it says later is let go, so that it never waits for a reader.
    stderr.resume();
    return url;
  }
  throw new Error(`codex app-server did not come up: ${said.join("\n")}`);
}

/**
 * A paginated thread has turns only after it was opened once, a fork only after its base. Asking for a fork behind a turn that
 * does not exist reads the rollout just the same and opens nothing. Answers false when Codex does not read it.
 */
export async function openOnce(client: ProtocolClient, { threadId, mode }: RolloutFile): Promise<boolean> {
  const params = { threadId, lastTurnId: NO_TURN, excludeTurns: true, ephemeral: true };
  if (mode === "legacy") return true;
  const answer = await client.ask("thread/fork", params);
  return "error" in answer && answer.error.message === `turn not found: ${NO_TURN}`;
}
