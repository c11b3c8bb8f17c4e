import type { DatabaseSync } from "node:sqlite";
import type { ObserverName } from "../projections/index.ts";
import { RowBatch } from "../read-model/index.ts";
import type { ShipPositions } from "../ship/index.ts";
import { SqliteShipPositions } from "../ship-positions/index.ts";
import type { DeadLetter, Decision, LoadedThread, Output } from "../worker/index.ts";
import { EmbeddedCheckpoints } from "./checkpoint-store.ts";
import { openEmbedded } from "./embedded-database.ts";
import { EmbeddedError } from "./embedded-error.ts";
import type { Crashes, ObserverChanges, ObserverState } from "./observer-changes.ts";
import { SqliteRowWriter } from "./row-writer.ts";

/**
 * The one file of the embedded mode, for the one who writes it. A transaction is always open: positions of rollouts are written
 * into it as they come, and what observers made when all three are done; `commit` makes all of it stand, or nothing.
 */
export class EmbeddedHistory implements Disposable {
  readonly positions: ShipPositions;
  /** Why what was there was removed; null when it was not. */
  readonly discarded: string | null;
  readonly #path: string;
  readonly #database: DatabaseSync;
  readonly #checkpoints: EmbeddedCheckpoints;
  readonly #rows: SqliteRowWriter;
  #isAbandoned = false;

  /** @throws EmbeddedError */
  constructor(path: string, madeBy: string) {
    const { database, discarded } = openEmbedded(path, madeBy);
    this.#path = path;
    this.#database = database;
    this.discarded = discarded;
    this.#rows = new SqliteRowWriter(database);
    this.#checkpoints = new EmbeddedCheckpoints(database);
    this.positions = new SqliteShipPositions({ path, database }, null);
    this.#try(() => database.exec("BEGIN"));
  }

  /** @throws EmbeddedError */
  observer(name: ObserverName): ObserverState {
    return this.#try(() => this.#checkpoints.observer(name));
  }

  /** @throws EmbeddedError */
  load(observer: ObserverName, threadIds: readonly string[]): ReadonlyMap<string, LoadedThread> {
    return this.#try(() => this.#checkpoints.load(observer, threadIds));
  }

  /** @throws EmbeddedError */
  decisions(): Decision[] {
    return this.#try(() => this.#checkpoints.decisions());
  }

  /** @throws EmbeddedError */
  crashes(): Crashes {
    return this.#try(() => this.#checkpoints.crashes());
  }

  /** Stands at once, whatever becomes of the process then. @throws EmbeddedError */
  noteCrashes(crashes: Crashes): void {
    if (this.#isAbandoned) return;
    this.#try(() => this.#checkpoints.noteCrashes(crashes));
    this.commit();
  }

  /** Writes what the observers made. @throws EmbeddedError */
  write(changes: readonly ObserverChanges[]): void {
    this.#try(() => {
      this.#rows.write(rowsOf(changes));
      for (const change of changes) {
        for (const output of change.outputs) this.#writeBeside(output);
        this.#checkpoints.write(change);
      }
    });
  }

  /** @throws EmbeddedError */
  commit(): void {
    if (this.#isAbandoned) return;
    this.#try(() => this.#database.exec("COMMIT; BEGIN"));
  }

  /** Takes back what was not committed, and commits nothing more: a part of it must never stand. */
  abandon(): void {
    this.#isAbandoned = true;
    this.#try(() => {
      // SQLite may have done so by itself.
      if (this.#database.isTransaction) this.#database.exec("ROLLBACK");
    });
  }

  /** What was not committed is gone. */
  [Symbol.dispose](): void {
    this.#database.close();
  }

  #writeBeside(output: Output): void {
    switch (output.type) {
      case "mutation":
        return;
      case "dead-letter":
        this.#writeDeadLetter(output.letter);
        return;
      case "decision":
        this.#checkpoints.decide(output.decision);
        return;
    }
  }

  #writeDeadLetter({ observer, code, reason, source, threadId, rolloutId, position }: DeadLetter): void {
    const insert = this.#database.prepare(
      "INSERT OR REPLACE INTO dead_letters VALUES (:observer, 0, :offset, :code, :reason, :threadId, :rolloutId, :position, :at)",
    );
    const { offset, timestamp: at } = source;
    insert.run({ observer, offset, code, reason, threadId, rolloutId, position, at });
  }

  #try<T>(work: () => T): T {
    try {
      return work();
    } catch (error) {
      throw EmbeddedError.of(this.#path, error);
    }
  }
}

function rowsOf(changes: readonly ObserverChanges[]): RowBatch {
  const batch = new RowBatch();
  for (const { outputs } of changes)
    for (const output of outputs) if (output.type === "mutation") batch.add(output.mutation, output.sourceOffset);
  return batch;
}
