import { type ChildProcess, spawn } from "node:child_process";
import { globSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { CodexHome } from "../../../conformance/src/codex-home.ts";
import { publishedCodex } from "../../../scripts/published-codex.ts";
import type { Script } from "./model-server.ts";

/** Known to Codex 0.169.0, and offered both a shell and apply_patch. */
const MODEL = "gpt-5.5";

/** A closed port of this machine: whatever does not go to loopback goes nowhere. */
const NOWHERE = "http://127.0.0.1:9";

/** The real Codex on a home and in a project folder of its own; it reaches no network but loopback. */
export class Codex implements Disposable {
  readonly #home = new CodexHome();
  readonly project: string;

  constructor() {
    this.project = join(this.#home.path, "project");
    mkdirSync(this.project);
    mkdirSync(this.sessions);
  }

  get home(): string {
    return this.#home.path;
  }

  /** Where it keeps its rollouts. */
  get sessions(): string {
    return join(this.home, "sessions");
  }

  /** The rollouts that it has written so far, in the order of their names. */
  rollouts(): string[] {
    return globSync("**/rollout-*.jsonl", { cwd: this.sessions }).sort();
  }

  /** `codex exec`: a new thread. */
  exec(script: Script, prompt: string): CodexRun {
    return this.#run(script, [prompt]);
  }

  /** `codex exec resume`: one more turn of a thread. */
  resume(script: Script, threadId: string, prompt: string): CodexRun {
    return this.#run(script, ["resume", threadId, prompt]);
  }

  /** `codex exec fork`: a new thread that goes on from another. */
  fork(script: Script, threadId: string, prompt: string): CodexRun {
    return this.#run(script, ["fork", threadId, prompt]);
  }

  [Symbol.dispose](): void {
    this.#home.remove();
  }

  #run(script: Script, what: readonly string[]): CodexRun {
    const [program, ...first] = publishedCodex();
    const options = ["--json", "--skip-git-repo-check", "--dangerously-bypass-approvals-and-sandbox", "--model", MODEL];
    const args = [...first, "exec", ...options, ...settings(script), ...what];
    const env = {
      PATH: process.env.PATH,
      HOME: this.home,
      CODEX_HOME: this.home,
      RUST_LOG: "off",
      ...{ HTTP_PROXY: NOWHERE, HTTPS_PROXY: NOWHERE, ALL_PROXY: NOWHERE, NO_PROXY: "127.0.0.1" },
    };
    return new CodexRun(spawn(program, args, { cwd: this.project, env, stdio: ["ignore", "pipe", "pipe"] }));
  }
}

/** The script as the model, asked once: a retry would take the answer to the next request. */
function settings({ url }: Script): string[] {
  const provider = { base_url: JSON.stringify(url), request_max_retries: 0, stream_max_retries: 0 };
  return Object.entries(provider).flatMap(([name, value]) => ["-c", `model_providers.mock.${name}=${value}`]);
}

/** What a run came to. */
export interface CodexEnded {
  readonly code: number | null;
  readonly threadId: string;
  /** Its events, one JSON object a line. */
  readonly stdout: string;
  readonly stderr: string;
}

export class CodexRun {
  readonly ended: Promise<CodexEnded>;
  readonly #child: ChildProcess;

  constructor(
    child: ChildProcess & { readonly stdout: NodeJS.ReadableStream; readonly stderr: NodeJS.ReadableStream },
  ) {
    this.#child = child;
    const code = new Promise<number | null>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", resolve);
    });
    this.ended = Promise.all([code, text(child.stdout), text(child.stderr)]).then(endedWith);
  }

  /** As Ctrl-C does. */
  interrupt(): void {
    this.#child.kill("SIGINT");
  }
}

function endedWith([code, stdout, stderr]: [number | null, string, string]): CodexEnded {
  const threadId = /"type":"thread\.started","thread_id":"([^"]+)"/.exec(stdout)?.[1];
  if (threadId === undefined) throw new Error(`codex ended with ${code} and began no thread:\n${stdout}${stderr}`);
  return { code, threadId, stdout, stderr };
}
