import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { type Json, member, readJson, stringMember } from "./json.ts";

/** What a request was answered with: the raw line, and in it the result. */
export type Reply = { line: string; result: Json };

type Waiting = { resolve: (reply: Reply) => void; reject: (error: Error) => void; timer: NodeJS.Timeout };

/** The server answered, and its answer is an error. */
export class RequestRefused extends Error {
  override readonly name = "RequestRefused";
}

/** The server did not answer: it died, was silent for too long, or was closed. */
export class ServerGone extends Error {
  override readonly name = "ServerGone";
}

const ANSWER_WITHIN_MS = 30_000;
const ENDS_WITHIN_MS = 5_000;
const STDERR_KEPT = 4_000;
const NOTIFICATION = /^\{"method":/;

/** One running `codex app-server`: requests go out and answers come in as one JSON object a line. */
export class AppServerProcess {
  private readonly child: ChildProcessWithoutNullStreams;
  /** Once the process, and with it everything that holds its output, is gone. */
  private readonly ended: Promise<void>;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private unfinished: string[] = [];
  private stderr = "";
  private gone: ServerGone | undefined;

  private constructor(home: string) {
    this.child = spawn(process.execPath, [codexCommand(), "app-server"], {
      cwd: home,
      env: { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, RUST_LOG: "off" },
    });
    this.child.stderr.on("data", (chunk: Buffer) => {
      this.stderr = (this.stderr + chunk.toString()).slice(-STDERR_KEPT);
    });
    this.ended = new Promise((resolve) => this.child.once("close", () => resolve()));
    this.child.on("error", (error) => this.fail(`cannot be started: ${error.message}`));
    this.child.on("exit", (code, signal) => this.fail(`ended (${signal ?? code})\n${this.stderr}`));
    this.child.stdin.on("error", () => this.fail("no longer reads"));
    this.child.stdout.setEncoding("utf8");
    this.child.stdout.on("data", (chunk: string) => this.collect(chunk));
  }

  static async start(home: string): Promise<AppServerProcess> {
    const server = new AppServerProcess(home);
    await server.request("initialize", {
      clientInfo: { name: "thread-history-conformance", title: null, version: "0.0.0" },
      capabilities: { experimentalApi: true, requestAttestation: false },
    });
    server.send({ method: "initialized" });
    return server;
  }

  get alive(): boolean {
    return this.gone === undefined;
  }

  request(method: string, params: object): Promise<Reply> {
    if (this.gone !== undefined) return Promise.reject(this.gone);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.fail(`did not answer ${method} in time`), ANSWER_WITHIN_MS);
      this.waiting.set(id, { resolve, reject, timer });
      this.send({ id, method, params });
    });
  }

  /** Ends the process and waits for its end, so that nothing writes into its home any more. */
  async close(): Promise<void> {
    this.fail("was closed");
    const impatience = setTimeout(() => this.child.kill("SIGKILL"), ENDS_WITHIN_MS);
    await this.ended;
    clearTimeout(impatience);
  }

  private send(message: object): void {
    this.child.stdin.write(`${JSON.stringify(message)}\n`);
  }

  /** Cuts at line feeds only: `node:readline` would also cut at U+2028, which may stand inside JSON. */
  private collect(chunk: string): void {
    const lines = chunk.split("\n");
    if (lines.length === 1) {
      this.unfinished.push(chunk);
      return;
    }
    const last = lines.pop() ?? "";
    lines[0] = this.unfinished.join("") + (lines[0] ?? "");
    this.unfinished = [last];
    for (const line of lines) this.receive(line);
  }

  private receive(line: string): void {
    if (NOTIFICATION.test(line)) return;
    const reply = readJson(line);
    const id = member(reply, "id");
    const waiting = id?.kind === "number" ? this.waiting.get(Number(id.text)) : undefined;
    if (id?.kind !== "number" || waiting === undefined) return;
    this.waiting.delete(Number(id.text));
    clearTimeout(waiting.timer);
    const result = member(reply, "result");
    if (result !== undefined) waiting.resolve({ line, result });
    else waiting.reject(new RequestRefused(stringMember(member(reply, "error"), "message") ?? line));
  }

  private fail(why: string): void {
    if (this.gone !== undefined) return;
    this.gone = new ServerGone(`codex app-server ${why}`);
    for (const { reject, timer } of this.waiting.values()) {
      clearTimeout(timer);
      reject(this.gone);
    }
    this.waiting.clear();
    this.child.stdin.end();
    this.child.kill("SIGTERM");
  }
}

function codexCommand(): string {
  return createRequire(import.meta.url).resolve("@openai/codex/bin/codex.js");
}
