import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { createConnection } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../../../scripts/services/ports.ts";

/** A Redis of the test's own, to be stopped, thrown back in time and started again. */
export class RedisServer implements AsyncDisposable {
  readonly port: number;
  readonly directory: string;
  readonly #options: readonly string[];
  readonly #file: string | null;
  readonly #snapshots: string[] = [];
  #process: ChildProcess | null = null;

  private constructor(port: number, directory: string, options: readonly string[], file: string | null = null) {
    this.port = port;
    this.directory = directory;
    this.#options = options;
    this.#file = file;
  }

  /** Options are those of redis.conf, as arguments: `--appendonly`, `yes`. */
  static async started(...options: readonly string[]): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), "redis-"));
    const server = new RedisServer(await freePort(), directory, options);
    await server.start();
    return server;
  }

  /** A Sentinel, which keeps what it learns in its configuration file. */
  static async sentinel(file: string): Promise<RedisServer> {
    const directory = await mkdtemp(join(tmpdir(), "sentinel-"));
    const server = new RedisServer(await freePort(), directory, ["--sentinel"], file);
    await server.start();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const where = ["--port", String(this.port), "--bind", "127.0.0.1", "--dir", this.directory];
    const saving = this.#file === null ? ["--save", ""] : [];
    const args = [...(this.#file === null ? [] : [this.#file]), ...where, ...saving, ...this.#options];
    this.#process = spawn("redis-server", args, { stdio: "ignore" });
    await listening(this.port);
  }

  /** As `kill -9` does: nothing is saved that was not. */
  async stop(): Promise<void> {
    const child = this.#process;
    this.#process = null;
    if (child === null) return;
    const exit = once(child, "exit");
    child.kill("SIGKILL");
    await exit;
  }

  /** A copy of its files, to go back to. It must keep all it was told: `--appendfsync always`. */
  async snapshot(): Promise<string> {
    const copy = await mkdtemp(join(tmpdir(), "redis-snapshot-"));
    this.#snapshots.push(copy);
    await cp(this.directory, copy, { recursive: true });
    return copy;
  }

  /** Goes on from an earlier copy of its files. */
  async restore(snapshot: string): Promise<void> {
    await this.stop();
    await rm(this.directory, { recursive: true });
    await cp(snapshot, this.directory, { recursive: true });
    await this.start();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    for (const each of [this.directory, ...this.#snapshots]) await rm(each, { recursive: true, force: true });
  }
}

export async function freePort(): Promise<number> {
  const [port = 0] = await freePorts(1);
  return port;
}

async function listening(port: number): Promise<void> {
  for (;;) {
    const socket = createConnection(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      return;
    } catch {
      // Not yet: the process is starting.
      await sleep(20);
    } finally {
      socket.destroy();
    }
  }
}
