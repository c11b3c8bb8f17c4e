import type { WorkerOptions } from "./options.ts";
import type { Output } from "./records.ts";

/** Outputs that gather until they are committed together. */
export class PendingTransaction {
  readonly #options: WorkerOptions;
  #outputs: Output[] = [];
  #bytes = 0;
  #since: number | null = null;

  constructor(options: WorkerOptions) {
    this.#options = options;
  }

  get count(): number {
    return this.#outputs.length;
  }

  get isFull(): boolean {
    return this.count >= this.#options.transactionRecords || this.#bytes >= this.#options.transactionBytes;
  }

  add(output: Output): void {
    this.#outputs.push(output);
    if (output.type !== "decision") this.#bytes += output.value.length;
  }

  /** When what has gathered is to be committed; the clock starts with the first time it is asked. */
  dueAt(now: number): number {
    if (this.count === 0) return Number.POSITIVE_INFINITY;
    this.#since ??= now;
    return this.#since + this.#options.transactionMs;
  }

  /** Hands over what has gathered, and starts again. */
  take(): readonly Output[] {
    const outputs = this.#outputs;
    this.#outputs = [];
    this.#bytes = 0;
    this.#since = null;
    return outputs;
  }
}
