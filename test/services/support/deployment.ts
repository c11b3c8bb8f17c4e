import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream, mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import type { ObserverName } from "../../../src/projections/index.ts";

const COMMAND = join(import.meta.dirname, "../../../bin/thread-history");

type Variables = Readonly<Record<string, string>>;

/** Topics, groups and keys under a prefix of their own, and the processes that work on them. */
export class Deployment {
  readonly prefix = `test-${randomBytes(4).toString("hex")}`;
  /** Where the processes log to. */
  readonly folder = mkdtempSync(join(tmpdir(), "thread-history-test-"));
  readonly env: Variables;
  readonly #workers = new Set<WorkerProcess>();
  #started = 0;

  /** `env`: the services, and settings that differ from the defaults. */
  constructor(env: Variables) {
    this.env = {
      ...env,
      THREAD_HISTORY_PREFIX: this.prefix,
      THREAD_HISTORY_HTTP_PORT: "0",
      THREAD_HISTORY_SHIP_POSITIONS: join(this.folder, "ship.sqlite"),
    };
  }

  async setUp(): Promise<void> {
    await this.run("topics", "create");
    await this.run("schemas", "register");
  }

  /** Runs a command to its end; answers what it printed. */
  async run(...args: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.attempt(...args);
    if (code !== 0) throw new Error(`thread-history ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Runs a command to its end, whatever that is. */
  async attempt(...args: readonly string[]): Promise<Ended> {
    const child = spawn(COMMAND, args, { env: { ...process.env, ...this.env }, stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, stdout, stderr };
  }

  /** Starts a worker process for these observers. */
  worker(...observers: readonly ObserverName[]): WorkerProcess {
    return this.workerWith(...observers.flatMap((name) => ["--observer", name]));
  }

  /** Starts a worker process with these options. */
  workerWith(...options: readonly string[]): WorkerProcess {
    return this.workerIn({}, ...options);
  }

  /** Starts a worker process with these options, some variables of its own beside those of the deployment. */
  workerIn(env: Variables, ...options: readonly string[]): WorkerProcess {
    this.#started += 1;
    const args = ["worker", ...options];
    const all = { ...process.env, ...this.env, ...env };
    const child = spawn(COMMAND, args, { env: all, stdio: ["ignore", "pipe", "pipe"] });
    const log = join(this.folder, `worker-${this.#started}.log`);
    child.stderr.pipe(createWriteStream(log));
    child.stdout.pipe(createWriteStream(`${log}.out`));
    const worker = new WorkerProcess(child, log);
    this.#workers.add(worker);
    void worker.ended.then(() => this.#workers.delete(worker));
    return worker;
  }

  get workers(): readonly WorkerProcess[] {
    return [...this.#workers];
  }

  /** Drains all workers. */
  async stop(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.drain()));
  }
}

export interface WorkerLogLine {
  readonly message: string;
  readonly port?: number;
  readonly reason?: string;
  readonly partition?: string;
}

/** What a command came to. */
export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A worker as a process of its own. */
export class WorkerProcess {
  readonly log: string;
  /** Its exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals | null>;
  readonly #child: ChildProcess;

  constructor(child: ChildProcess, log: string) {
    this.#child = child;
    this.log = log;
    this.ended = new Promise((resolve) => {
      child.once("close", (code, signal) => resolve(code ?? signal));
    });
  }

  /** SIGTERM, and wait for the end. */
  async drain(): Promise<number | NodeJS.Signals | null> {
    this.#child.kill("SIGCONT");
    this.#child.kill("SIGTERM");
    return await this.ended;
  }

  async kill(): Promise<void> {
    this.#child.kill("SIGKILL");
    await this.ended;
  }

  send(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** What it logged so far. */
  logged(): WorkerLogLine[] {
    const lines = readFileSync(`${this.log}.out`, "utf8").split("\n").slice(0, -1);
    return lines.map((line) => JSON.parse(line) as WorkerLogLine);
  }

  /** Asks its server of probes and metrics. */
  async ask(path: "/livez" | "/readyz" | "/metrics"): Promise<{ readonly status: number; readonly body: string }> {
    const port = this.logged().find((line) => line.port !== undefined)?.port;
    if (port === undefined) throw new Error(`${this.log}.out: it does not serve yet`);
    const answer = await fetch(`http://127.0.0.1:${port}${path}`);
    return { status: answer.status, body: await answer.text() };
  }

  /** A metric, summed up over its labels; 0 where there is none. */
  async metric(name: string): Promise<number> {
    const { body } = await this.ask("/metrics");
    const values = body.split("\n").filter((line) => new RegExp(`^thread_history_${name}[ {]`).test(line));
    return values.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
  }

  /** Stops it in its tracks for some time: what it holds goes to others meanwhile. */
  async freeze(ms: number): Promise<void> {
    this.#child.kill("SIGSTOP");
    await sleep(ms);
    this.#child.kill("SIGCONT");
  }
}

/** The addresses of services from the environment, which `npm test` sets. */
export function servicesEnv(): Variables {
  const names = ["KAFKA_BROKERS", "REDIS_URL", "SCHEMA_REGISTRY_URL", "KAFKA_TOOLS"];
  return Object.fromEntries(
    names.map((name) => {
      const value = process.env[name];
      if (value === undefined)
        throw new Error(`${name} is not set: run the tests through npm test, or eval "$(npm run -s services -- env)"`);
      return [name, value];
    }),
  );
}
