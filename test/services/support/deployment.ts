import { type ChildProcess, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createWriteStream, mkdtempSync } from "node:fs";
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
    this.env = { ...env, THREAD_HISTORY_PREFIX: this.prefix, THREAD_HISTORY_HTTP_PORT: "0" };
  }

  async setUp(): Promise<void> {
    await this.run("topics", "create");
    await this.run("schemas", "register");
  }

  /** Runs a command to its end; answers what it printed. */
  async run(...args: readonly string[]): Promise<string> {
    const child = spawn(COMMAND, args, { env: { ...process.env, ...this.env }, stdio: ["ignore", "pipe", "pipe"] });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (code !== 0) throw new Error(`thread-history ${args.join(" ")} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  }

  /** Starts a worker process for these observers. */
  worker(...observers: readonly ObserverName[]): WorkerProcess {
    this.#started += 1;
    const args = ["worker", ...observers.flatMap((name) => ["--observer", name])];
    const child = spawn(COMMAND, args, { env: { ...process.env, ...this.env }, stdio: ["ignore", "pipe", "pipe"] });
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
