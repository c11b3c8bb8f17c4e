import { appendFileSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { install } from "../../../scripts/services/install.ts";
import { kafka } from "../../../scripts/services/kafka.ts";
import { freePorts } from "../../../scripts/services/ports.ts";
import { startDetached, stopProcess } from "../../../scripts/services/processes.ts";
import { type Place, portAt } from "../../../scripts/services/service.ts";
import type { RunningProcess } from "../../../scripts/services/state.ts";
import { PATIENCE } from "./group.ts";

const STOP_MS = 20_000;

/** A broker of a test's own, to be stopped and started, and with settings that the shared one does not have. */
export class OwnKafka implements AsyncDisposable {
  readonly #place: Place;
  readonly #settings: Readonly<Record<string, string>>;
  #running: RunningProcess | undefined;

  private constructor(place: Place, settings: Readonly<Record<string, string>>) {
    this.#place = place;
    this.#settings = settings;
  }

  /** It has its address, and is not started. `settings`: by Kafka's own names. */
  static async prepared(settings: Readonly<Record<string, string>> = {}): Promise<OwnKafka> {
    const folder = mkdtempSync(join(tmpdir(), "thread-history-kafka-"));
    const log = join(folder, "log");
    mkdirSync(join(folder, "kafka"));
    const downloads = await install(["kafka"], () => undefined);
    return new OwnKafka({ folder: join(folder, "kafka"), log, downloads, ports: await freePorts(2) }, settings);
  }

  get address(): string {
    return kafka.url(portAt(this.#place.ports, 0));
  }

  /** With what it held when it was stopped. */
  async start(): Promise<void> {
    await kafka.prepare(this.#place);
    const lines = Object.entries(this.#settings).map(([name, value]) => `${name}=${value}\n`);
    appendFileSync(join(this.#place.folder, "server.properties"), lines.join(""));
    this.#running = await startDetached(kafka.command(this.#place), this.#place.log);
    const isHealthy = () => kafka.isHealthy(portAt(this.#place.ports, 0));
    await vi.waitFor(async () => expect(await isHealthy()).toBe(true), PATIENCE);
  }

  /** SIGKILL: as a crash. */
  async stop(signal: NodeJS.Signals = kafka.stopSignal): Promise<void> {
    const running = this.#running;
    this.#running = undefined;
    if (running === undefined) return;
    await stopProcess(running, { name: "kafka", signal, patienceMs: STOP_MS, report: () => undefined });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop("SIGKILL");
    rmSync(join(this.#place.folder, ".."), { recursive: true, force: true });
  }
}
