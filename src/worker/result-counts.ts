import type { RecordResult, WorkerListener } from "./worker-event.ts";

/** Counts what became of records, and tells it in one go. */
export class ResultCounts {
  readonly #listener: WorkerListener;
  readonly #counts = new Map<RecordResult, number>();

  constructor(listener: WorkerListener) {
    this.#listener = listener;
  }

  add(result: RecordResult): void {
    this.#counts.set(result, (this.#counts.get(result) ?? 0) + 1);
  }

  tell(): void {
    for (const [result, count] of this.#counts) this.#listener({ type: "records", result, count });
    this.#counts.clear();
  }
}
