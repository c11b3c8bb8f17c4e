import type { Decision } from "../../src/worker/index.ts";

/** A decision of a transaction: it counts once that is committed. */
export interface Note {
  readonly decision: Decision;
  state: "open" | "committed" | "aborted";
}

/** The topic of decisions, of all partitions, read committed: what is open hides what comes after it. */
export class DecisionsTopic {
  /** All that can be read, in order. */
  readonly visible: Decision[] = [];
  readonly #notes: Note[] = [];
  /** Of the notes, those that have ended, up to the first that has not. */
  #stable = 0;

  get end(): number {
    return this.#notes.length;
  }

  /** Whether all up to an earlier end can be read. */
  isSettled(end: number): boolean {
    return this.#stable >= end;
  }

  /** An operator's decision: of no transaction. */
  append(decision: Decision): void {
    this.#notes.push({ decision, state: "committed" });
    this.#advance();
  }

  /** Writes decisions of a transaction. */
  write(decisions: readonly Decision[]): readonly Note[] {
    const notes = decisions.map((decision): Note => ({ decision, state: "open" }));
    this.#notes.push(...notes);
    return notes;
  }

  /** The transaction has ended. */
  settle(notes: readonly Note[], state: "committed" | "aborted"): void {
    for (const note of notes) note.state = state;
    this.#advance();
  }

  #advance(): void {
    for (let note = this.#notes[this.#stable]; note !== undefined && note.state !== "open"; ) {
      if (note.state === "committed") this.visible.push(note.decision);
      this.#stable += 1;
      note = this.#notes[this.#stable];
    }
  }
}
