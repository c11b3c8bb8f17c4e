import type { WorkerEvent } from "../worker/index.ts";
import type { Log } from "./log.ts";
import { LogLimit } from "./log-limit.ts";

/** Whose event it is. */
export interface PartitionLabels {
  readonly observer: string;
  readonly partition: string;
}

type PhaseEvent = Extract<WorkerEvent, { type: "phase" }>;
type FrequentEvent = Extract<WorkerEvent, { type: "dead-letter" | "elided" }>;

/** What is logged of the events of partition workers. */
export class EventLog {
  readonly #log: Log;
  readonly #now: () => number;
  readonly #limit = new LogLimit();

  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  tell(labels: PartitionLabels, event: WorkerEvent): void {
    const log = this.#log;
    switch (event.type) {
      case "phase":
        this.#tellPhase(labels, event);
        break;
      case "dead-letter":
        this.#tellSome(labels, event, "dead letter");
        break;
      case "elided":
        this.#tellSome(labels, event, "elided the longest strings of a mutation");
        break;
      case "quarantined":
        log.error(
          { ...labels, threadId: event.threadId, offset: event.offset, reason: event.reason },
          "quarantined a thread: its records wait until somebody decides (thread-history decide)",
        );
        break;
      case "released":
        log.info({ ...labels, threadId: event.threadId, offset: event.offset }, "released a thread");
        break;
      case "restart":
        log.warn({ ...labels, reason: event.reason }, "begins again from its checkpoint");
        break;
      case "failure":
        log.error({ ...labels, err: event.error }, "met an error");
        break;
      case "committed":
        log.debug({ ...labels, next: event.next, mutations: event.mutations, ms: event.ms }, "committed");
        break;
      case "checkpoint":
        log.debug(
          { ...labels, watermark: event.watermark, threads: event.threads, bytes: event.bytes },
          "checkpointed",
        );
        break;
      case "rebuild":
        log.debug({ ...labels, remaining: event.remaining }, "rebuilds its state");
        break;
      case "progress":
      case "records":
      case "quarantine-size":
      case "unflushed":
        break;
    }
  }

  #tellPhase(labels: PartitionLabels, { phase, detail }: PhaseEvent): void {
    const fields = { ...labels, phase, ...(detail !== undefined && { detail }) };
    if (phase === "halted") this.#log.error(fields, "halted: it needs somebody's decision; the other partitions go on");
    else if (phase.startsWith("waiting")) this.#log.warn(fields, "waits");
    else this.#log.info(fields, phase);
  }

  /** Of what broken input can cause by the thousand. */
  #tellSome(labels: PartitionLabels, { type, ...fields }: FrequentEvent, message: string): void {
    const kind = `${labels.observer}/${type}/${"code" in fields ? fields.code : ""}`;
    const untold = this.#limit.untold(kind, this.#now());
    if (untold === undefined) return;
    this.#log.warn({ ...labels, ...fields, ...(untold > 0 && { untold }) }, message);
  }
}
