import { DatabaseSync } from "node:sqlite";
import type { TurnSummary } from "../../../src/projections/index.ts";
import { RowBatch } from "../../../src/read-model/index.ts";
import { itemUpsert, lifecycleEvent, threadStarted, turnTombstone, turnUpsert } from "../../../src/testing/index.ts";
import { writeRows } from "../../read-model/support/seeded.ts";

type Status = "inProgress" | "completed" | "interrupted" | "failed";

/** An item of Codex, of whatever kind. */
export interface WrittenItem {
  readonly id: string;
  readonly [name: string]: unknown;
}

/** Writes what is seen of one thread into the database that a viewer shows. */
export class WrittenThread {
  readonly threadId: string;
  readonly #file: string;
  #offset: number;
  #items = 0;

  constructor(file: string, threadId: string, offset = 1_000_000) {
    this.threadId = threadId;
    this.#file = file;
    this.#offset = offset;
    this.write((batch, at) => batch.add(lifecycleEvent(threadStarted({ rolloutId: threadId }), { threadId }), at()));
  }

  /** `problem`: why it failed. */
  turn(turnId: string, turnOrdinal: number, status: Status = "completed", problem: string | null = null): void {
    const error: TurnSummary["error"] =
      problem === null ? null : { message: problem, codexErrorInfo: null, additionalDetails: null, misalignment: null };
    this.write((batch, at) =>
      batch.add(
        turnUpsert({ threadId: this.threadId, turnId, turnOrdinal, status, error, sourcePosition: this.#offset }),
        at(),
      ),
    );
  }

  removeTurn(turnId: string): void {
    this.write((batch, at) =>
      batch.add(turnTombstone({ threadId: this.threadId, turnId, sourcePosition: this.#offset }), at()),
    );
  }

  /** Items of a turn, each by its `id`. */
  items(turnId: string, items: readonly WrittenItem[], isOpen = false): void {
    this.write((batch, at) => {
      for (const item of items) {
        this.#items += 1;
        const from = {
          threadId: this.threadId,
          turnId,
          itemKey: item.id,
          itemOrdinal: this.#items,
          sourcePosition: this.#offset,
        };
        batch.add(itemUpsert({ ...from, item, isOpen }), at());
      }
    });
  }

  write(add: (batch: RowBatch, at: () => number) => void): void {
    using database = new DatabaseSync(this.#file);
    const batch = new RowBatch();
    add(batch, () => this.#offset++);
    writeRows(database, batch);
  }
}
