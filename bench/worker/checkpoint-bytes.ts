import { spawn } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { OBSERVER_NAMES, type ObserverName } from "../../src/projections/index.ts";
import { ended } from "../processes.ts";
import { median } from "../statistics.ts";
import { COMMAND } from "./command.ts";
import { linesWithItems, longThread } from "./input.ts";
import { Installation } from "./installation.ts";

const EARLY_ITEM = 100;
export const LATE_ITEM = 100_000;
export const CHECKPOINT_MS = 100;
/** So many events, in groups so far apart that each gets a checkpoint or two of its own. */
export const GROUP_EVENTS = 20;
const GROUPS = 20;
const GROUP_MS = 250;
const WINDOWS = 3;
const SETTLED_POLL_MS = 200;
const PORT_LINE = /"port":(\d+),"message":"serves/;

/** Bytes that checkpoints wrote for each event. */
export interface CheckpointBytes {
  readonly observer: ObserverName;
  readonly early: number;
  readonly late: number;
}

/** What all three observers write to Redis for the events of one thread, early and late in its life. */
export async function measureCheckpoints(): Promise<CheckpointBytes[]> {
  await using installation = await Installation.open("checkpoints");
  await using worker = await MeteredWorker.start(installation);
  const early = await windows(installation, worker, linesWithItems(EARLY_ITEM), 0);
  const reached = linesWithItems(EARLY_ITEM) + WINDOWS * GROUPS * GROUP_EVENTS;
  const late = await windows(installation, worker, linesWithItems(LATE_ITEM), reached);
  return OBSERVER_NAMES.map((observer) => ({
    observer,
    early: median(early.map((window) => window.get(observer) ?? Number.NaN)),
    late: median(late.map((window) => window.get(observer) ?? Number.NaN)),
  }));
}

async function windows(installation: Installation, worker: MeteredWorker, from: number, reached: number) {
  await installation.publish(longThread(reached, from - reached));
  await worker.settled(from);
  const measured: Map<ObserverName, number>[] = [];
  let position = from;
  for (let window = 0; window < WINDOWS; window++) {
    const before = await worker.checkpointBytes();
    for (let group = 0; group < GROUPS; group++) {
      await installation.publish(longThread(position, GROUP_EVENTS));
      position += GROUP_EVENTS;
      await sleep(GROUP_MS);
    }
    await worker.settled(position);
    const after = await worker.checkpointBytes();
    const perEvent = (observer: ObserverName): number =>
      ((after.get(observer) ?? 0) - (before.get(observer) ?? 0)) / (GROUPS * GROUP_EVENTS);
    measured.push(new Map(OBSERVER_NAMES.map((observer) => [observer, perEvent(observer)])));
    console.error(
      `checkpoints from line ${from}, window ${window + 1}: ${perEvent("thread-item").toFixed(0)} bytes an event`,
    );
  }
  return measured;
}

/** A worker of all observers, and what its metrics say. */
class MeteredWorker {
  readonly #url: string;
  readonly #end: () => Promise<void>;

  private constructor(port: string, end: () => Promise<void>) {
    this.#url = `http://127.0.0.1:${port}/metrics`;
    this.#end = end;
  }

  static async start({ prefix }: Installation): Promise<MeteredWorker> {
    const settings = ["http.port=0", `worker.checkpointMs=${CHECKPOINT_MS}`].flatMap((setting) => ["--set", setting]);
    const child = spawn(COMMAND, ["worker", "--prefix", prefix, ...settings], { stdio: ["ignore", "pipe", "inherit"] });
    const exit = ended(child);
    const port = Promise.withResolvers<string>();
    let text = "";
    child.stdout.on("data", (chunk: Buffer) => {
      text = (text + chunk.toString()).slice(-4_000);
      const found = PORT_LINE.exec(text)?.[1];
      if (found !== undefined) port.resolve(found);
    });
    void exit.then((status) => port.reject(new Error(`the worker ended with ${status}`)));
    return new MeteredWorker(await port.promise, async () => {
      child.kill("SIGTERM");
      await exit;
    });
  }

  /** Waits until every observer took so many lines and stored what they changed. */
  async settled(lines: number): Promise<void> {
    for (;;) {
      const [taken, lag] = [await this.#sums("records_total"), await this.#sums("checkpoint_lag_records")];
      if (OBSERVER_NAMES.every((name) => (taken.get(name) ?? 0) >= lines && lag.get(name) === 0)) return;
      await sleep(SETTLED_POLL_MS);
    }
  }

  checkpointBytes(): Promise<Map<ObserverName, number>> {
    return this.#sums("checkpoint_bytes_total");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#end();
  }

  async #sums(metric: string): Promise<Map<ObserverName, number>> {
    const text = await (await fetch(this.#url)).text();
    const sumOf = (observer: ObserverName): number =>
      text
        .split("\n")
        .filter((line) => line.startsWith(`thread_history_${metric}{observer="${observer}"`))
        .reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(" "))), 0);
    return new Map(OBSERVER_NAMES.map((observer) => [observer, sumOf(observer)]));
  }
}
