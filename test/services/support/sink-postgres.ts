import { chmodSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { install } from "../../../scripts/services/install.ts";
import { freePorts } from "../../../scripts/services/ports.ts";
import { postgres } from "../../../scripts/services/postgres.ts";
import { startDetached, stopProcess } from "../../../scripts/services/processes.ts";
import { type Place, portAt } from "../../../scripts/services/service.ts";
import type { RunningProcess } from "../../../scripts/services/state.ts";
import { PATIENCE } from "./group.ts";

const STOP_MS = 20_000;

/** A Postgres of a test's own, to be stopped and started. */
export class OwnPostgres implements AsyncDisposable {
  readonly url: string;
  readonly #place: Place;
  #running: RunningProcess | undefined;

  private constructor(place: Place) {
    this.#place = place;
    this.url = postgres.url(portAt(place.ports, 0));
  }

  static async start(): Promise<OwnPostgres> {
    const folder = mkdtempSync(join(tmpdir(), "thread-history-postgres-"));
    chmodSync(folder, 0o755); // the server runs as another user
    mkdirSync(join(folder, "postgres"));
    const downloads = await install(["postgres"], () => undefined);
    const ports = await freePorts(1);
    const own = new OwnPostgres({ folder: join(folder, "postgres"), log: join(folder, "log"), downloads, ports });
    await own.again();
    return own;
  }

  /** With what it held when it was stopped. */
  async again(): Promise<void> {
    await postgres.prepare(this.#place);
    this.#running = await startDetached(postgres.command(this.#place), this.#place.log);
    const isHealthy = () => postgres.isHealthy(portAt(this.#place.ports, 0));
    await vi.waitFor(async () => expect(await isHealthy()).toBe(true), PATIENCE);
  }

  async stop(signal: NodeJS.Signals): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    await stopProcess(running, { name: "postgres", signal, patienceMs: STOP_MS, report: () => undefined });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGINT");
    rmSync(join(this.#place.folder, ".."), { recursive: true, force: true });
  }
}
