import { cpSync, existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { restartService, startService, stopService } from "../../../scripts/services/index.ts";
import { OBSERVER_NAMES } from "../../../src/projections/index.ts";
import type { Deployment } from "./deployment.ts";

/** Twice the session time-out of a worker's group: what it held is others' by then. */
const FREEZE_MS = 12_000;
const MOST_WORKERS = 4;

/** What can go wrong around a deployment on services of its own, each by real means. */
export class Faults {
  readonly counts: Record<string, number> = {};
  readonly #deployment: Deployment;
  readonly #services: { readonly folder: string; readonly report: () => void };
  readonly #random: () => number;
  readonly #thawing: Promise<void>[] = [];

  constructor(deployment: Deployment, folder: string, random: () => number) {
    this.#deployment = deployment;
    this.#services = { folder, report: () => undefined };
    this.#random = random;
  }

  /** One fault of those that there are, in turn, so that a short run meets each. */
  async next(n: number): Promise<void> {
    const faults: [string, () => Promise<void>][] = [
      ["worker killed", () => this.#kill()],
      ["worker frozen and thawed", () => this.#freeze()],
      ["checkpoints kept for later", () => this.#keepOlder()],
      ["worker added", () => this.#add()],
      ["redis restarted", () => restartService("redis", undefined, this.#services)],
      ["worker drained", () => this.#drain()],
      ["kafka restarted", () => restartService("kafka", undefined, this.#services)],
      ["redis put back to an older state", () => this.#putBack()],
      ["offsets reset (replay)", () => this.#replay()],
      ["redis flushed", () => this.#flushAll()],
    ];
    const [name, fault] = faults[n % faults.length] ?? ["", () => Promise.resolve()];
    await fault();
    this.counts[name] = (this.counts[name] ?? 0) + 1;
  }

  /** Waits until all that was frozen is thawed. */
  async calm(): Promise<void> {
    await Promise.all(this.#thawing);
  }

  #victim() {
    const { workers } = this.#deployment;
    return workers[Math.floor(this.#random() * workers.length)];
  }

  async #kill(): Promise<void> {
    await this.#victim()?.kill();
    this.#deployment.worker(...OBSERVER_NAMES);
  }

  #freeze(): Promise<void> {
    const victim = this.#victim();
    if (victim !== undefined) this.#thawing.push(victim.freeze(FREEZE_MS));
    return Promise.resolve();
  }

  async #add(): Promise<void> {
    if (this.#deployment.workers.length >= MOST_WORKERS) await this.#victim()?.kill();
    this.#deployment.worker(...OBSERVER_NAMES);
  }

  async #drain(): Promise<void> {
    await this.#victim()?.drain();
    this.#deployment.worker(...OBSERVER_NAMES);
  }

  get #data(): string {
    return join(this.#services.folder, "redis");
  }

  get #older(): string {
    return join(this.#services.folder, "redis-older");
  }

  #keepOlder(): Promise<void> {
    rmSync(this.#older, { recursive: true, force: true });
    cpSync(this.#data, this.#older, { recursive: true });
    return Promise.resolve();
  }

  async #putBack(): Promise<void> {
    if (!existsSync(this.#older)) return await this.#keepOlder();
    await stopService("redis", "SIGKILL", this.#services);
    rmSync(this.#data, { recursive: true, force: true });
    cpSync(this.#older, this.#data, { recursive: true });
    await startService("redis", this.#services);
  }

  async #flushAll(): Promise<void> {
    const client = new Redis(this.#deployment.env.REDIS_URL ?? "");
    await client.flushall();
    client.disconnect();
  }

  /** Sets one observer back to the middle of each of its partitions, while it runs. */
  async #replay(): Promise<void> {
    const observer = OBSERVER_NAMES[Math.floor(this.#random() * OBSERVER_NAMES.length)] ?? "lifecycle";
    await this.#deployment.run("replay", "--observer", observer, "--to", String(Math.floor(this.#random() * 2_000)));
  }
}
