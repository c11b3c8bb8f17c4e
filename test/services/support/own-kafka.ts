import { execFileSync } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { install } from "../../../scripts/services/install.ts";
import { kafka } from "../../../scripts/services/kafka.ts";
import { freePorts } from "../../../scripts/services/ports.ts";
import { isAlive, startDetached, stopProcess } from "../../../scripts/services/processes.ts";
import { type Place, portAt } from "../../../scripts/services/service.ts";
import type { RunningProcess } from "../../../scripts/services/state.ts";
import { PATIENCE } from "./group.ts";

const STOP_MS = 20_000;

export interface Listener {
  readonly name: string;
  readonly protocol: "SSL" | "SASL_SSL";
  readonly port: number;
}

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

  /** A further broker of the same cluster, to be started after the first. The settings are those of the first, unless given. */
  async joining(settings: Readonly<Record<string, string>> = {}): Promise<OwnKafka> {
    const { ports } = this.#place;
    const other = await OwnKafka.prepared({ ...this.#settings, ...settings });
    const place = `PLAINTEXT://${other.address}`;
    const joins = {
      "process.roles": "broker",
      "node.id": "2",
      "controller.quorum.voters": `1@${kafka.url(portAt(ports, 1))}`,
      listeners: place,
      "advertised.listeners": place,
    };
    return new OwnKafka(other.#place, { ...other.#settings, ...joins });
  }

  /** This broker, not started yet, with further listeners beside that for everybody. */
  listeningAlso(listeners: readonly Listener[], settings: Readonly<Record<string, string>>): OwnKafka {
    const { ports } = this.#place;
    const at = (name: string, port: number) => `${name}://${kafka.url(port)}`;
    const clients = [at("PLAINTEXT", portAt(ports, 0)), ...listeners.map(({ name, port }) => at(name, port))];
    const protocols = listeners.map(({ name, protocol }) => `${name}:${protocol}`);
    return new OwnKafka(this.#place, {
      ...this.#settings,
      ...settings,
      listeners: [...clients, at("CONTROLLER", portAt(ports, 1))].join(),
      "advertised.listeners": clients.join(),
      "listener.security.protocol.map": ["PLAINTEXT:PLAINTEXT", "CONTROLLER:PLAINTEXT", ...protocols].join(),
    });
  }

  get address(): string {
    return kafka.url(portAt(this.#place.ports, 0));
  }

  /** With what it held when it was stopped. */
  async start(): Promise<void> {
    await kafka.prepare(this.#place);
    const lines = Object.entries(this.#settings).map(([name, value]) => `${name}=${value}\n`);
    appendFileSync(join(this.#place.folder, "server.properties"), lines.join(""));
    this.#takeNodeId();
    this.#running = await startDetached(kafka.command(this.#place), this.#place.log);
    const answers = async () => {
      if (await kafka.isHealthy(portAt(this.#place.ports, 0))) return;
      const complaints = readFileSync(this.#place.log, "utf8").match(/^.*\b(?:ERROR|Exception)\b.*$/gm) ?? [];
      throw new Error(["the broker does not answer", ...complaints.slice(0, 5)].join("\n"));
    };
    await vi.waitFor(answers, PATIENCE);
  }

  /** The largest file that it may write, in bytes: as a disk that is full. The broker ends itself when it cannot write. */
  limitFiles(bytes: number): void {
    execFileSync("prlimit", ["--pid", String(this.#running?.pid), `--fsize=${bytes}:`]);
  }

  /** Waits until it ended by itself. */
  async ended(): Promise<void> {
    const running = this.#running;
    await vi.waitFor(() => expect(running !== undefined && isAlive(running)).toBe(false), PATIENCE);
  }

  /** Its disk was made for the first node of a cluster. */
  #takeNodeId(): void {
    const file = join(this.#place.folder, "data", "meta.properties");
    const id = this.#settings["node.id"] ?? "1";
    writeFileSync(file, readFileSync(file, "utf8").replace(/^node\.id=.*$/m, `node.id=${id}`));
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
