import type { AssignedPartition } from "../../kafka/index.ts";
import type { SinkEvent } from "../../sinks/index.ts";
import type { Log } from "../../telemetry/index.ts";

/** Tools that show the lag of a group are not looked at more often. */
const NOTE_MS = 5_000;

/**
 * Notes what is in the tables as the group's offsets, now and then: for tools that show lag. The sink itself goes by what its
 * database says.
 */
export class GroupLag {
  readonly #note: AssignedPartition["note"];
  readonly #log: Log;
  readonly #places = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #noting: Promise<void> = Promise.resolve();

  constructor({ note }: AssignedPartition, log: Log) {
    this.#note = note;
    this.#log = log;
  }

  saw(event: SinkEvent): void {
    if (event.type !== "committed") return;
    for (const [topic, next] of event.places) this.#places.set(topic, next);
    this.#timer ??= setTimeout(() => this.#begin(), NOTE_MS);
  }

  /** Notes the rest. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    this.#begin();
    await this.#noting;
  }

  #begin(): void {
    this.#timer = undefined;
    this.#noting = this.#noting.then(() => this.#noteAll());
  }

  async #noteAll(): Promise<void> {
    const places = [...this.#places];
    this.#places.clear();
    try {
      for (const [topic, next] of places) await this.#note(topic, next);
    } catch (err) {
      this.#log.debug({ err }, "cannot note the group's offsets, which nothing depends on");
    }
  }
}
