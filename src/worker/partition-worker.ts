import { acquire } from "./acquire.ts";
import { HaltError } from "./errors.ts";
import type { WorkerOptions } from "./options.ts";
import { Ownership } from "./ownership.ts";
import type { PartitionName } from "./partition-name.ts";
import { phaseChanges } from "./phase-changes.ts";
import type { PartitionPorts } from "./ports.ts";
import type { Offset } from "./records.ts";

const RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;

/** How the work on a partition ended. `lost`: it belongs to somebody else now. */
export type WorkerEnd = "drained" | "reached" | "lost";

/**
 * One observer on one partition of the input (design §5): records in, mutations and dead letters out, exactly once, through
 * any crash. After any doubt it drops all it knows and takes the partition over again.
 */
export class PartitionWorker {
  readonly #name: PartitionName;
  readonly #ports: PartitionPorts;
  readonly #options: WorkerOptions;

  constructor(name: PartitionName, ports: PartitionPorts, options: WorkerOptions) {
    this.#name = name;
    this.#ports = { ...ports, listener: phaseChanges(ports.listener) };
    this.#options = options;
  }

  /**
   * Works until `drain` aborts (finishes the transaction, flushes, lets go), or the partition turns out to be another's, or
   * `until` is reached and stored.
   *
   * @throws HaltError when only an operator can help
   */
  async run(drain: AbortSignal, until?: Offset): Promise<WorkerEnd> {
    const { outbox, store, listener } = this.#ports;
    try {
      const end = await this.#own(drain, until);
      listener({ type: "phase", phase: "stopped" });
      return end;
    } catch (error) {
      if (error instanceof HaltError) listener({ type: "phase", phase: "halted", detail: error.message });
      throw error;
    } finally {
      await outbox.close();
      await store.close();
    }
  }

  async #own(drain: AbortSignal, until: Offset | undefined): Promise<WorkerEnd> {
    const { membership, clock, listener } = this.#ports;
    let waitMs = RETRY_MS;
    for (let isDoubtful = false; !drain.aborted; isDoubtful = true) {
      const started = clock.now();
      try {
        // A zombie that was thawed must not fence the true owner.
        if (isDoubtful && !(await membership.confirm(drain))) return drain.aborted ? "drained" : "lost";
        return await this.#ownOnce(!isDoubtful, drain, until);
      } catch (error) {
        if (error instanceof HaltError) throw error;
        listener({ type: "failure", error });
        listener({
          type: "restart",
          reason: error instanceof Error ? `${error.name}: ${error.message}` : String(error),
        });
      }
      waitMs = clock.now() - started > LONGEST_RETRY_MS ? RETRY_MS : Math.min(2 * waitMs, LONGEST_RETRY_MS);
      await clock.sleep(waitMs, drain);
    }
    return "drained";
  }

  /** From taking the partition over until the first doubt. */
  async #ownOnce(isNewProcess: boolean, drain: AbortSignal, until: Offset | undefined): Promise<WorkerEnd> {
    const acquired = await acquire(this.#ports, this.#options, isNewProcess, drain);
    if (acquired === undefined) return "drained";
    const ended = new AbortController();
    try {
      return await new Ownership(this.#name, this.#ports, this.#options, acquired, ended.signal).run(drain, until);
    } finally {
      ended.abort();
    }
  }
}
