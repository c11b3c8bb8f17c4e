import type { FileMark } from "./file-mark.ts";

/** A place in the content of a rollout, after a line. */
export interface Place {
  /** In bytes, decompressed. */
  readonly offset: number;
  /** In lines: the position of the next one. */
  readonly position: number;
}

export const BEGINNING: Place = { offset: 0, position: 0 };

/**
 * One content of a rollout, and how much of it is in the log. A file whose content was replaced goes on as another incarnation,
 * under an id of its own (D19).
 */
export interface Incarnation {
  readonly threadId: string;
  /** The rollout: the id in the file's name, else its session's. */
  readonly baseId: string;
  /** What records go by: the `baseId`, for the first content. */
  readonly rolloutId: string;
  /** Of the rollout's incarnations, from 0. */
  readonly number: number;
  /** The broker has all before it. */
  readonly shipped: Place;
  /** The broker may have what comes before it. Never before `shipped`. */
  readonly sent: Place;
  /** Of the content up to `sent`; null when it is not known, so that no content counts as the same. */
  readonly fingerprint: string | null;
}

/** A file as it was found when it was last shipped. */
export interface ShippedFile extends FileMark {
  readonly path: string;
  readonly threadId: string;
  readonly rolloutId: string;
  /** Whether all that it held was sent, or was there already. */
  readonly isDone: boolean;
}

/**
 * What is known of rollouts, durably. Each change is there, even after the process was killed, once the call has returned.
 *
 * @throws PositionsError from any of them when it cannot be read or written
 */
export interface ShipPositions {
  /** Of one rollout of a thread, the oldest first. */
  incarnations(threadId: string, baseId: string): readonly Incarnation[];
  incarnation(threadId: string, rolloutId: string): Incarnation | undefined;
  /** Before the first line of an incarnation is sent. */
  begin(incarnation: Incarnation): void;
  /** Before lines up to `sent` are sent. */
  intend(incarnation: Incarnation, sent: Place, fingerprint: string): void;
  /** Once the broker has the lines up to `shipped`. */
  acknowledge(incarnation: Incarnation, shipped: Place): void;
  file(path: string): ShippedFile | undefined;
  /** Files that were last shipped as this incarnation. */
  filesOf(threadId: string, rolloutId: string): readonly ShippedFile[];
  noteFile(file: ShippedFile): void;
  /** Forgets files in which `isThere` finds nothing; what was shipped of them stays known. */
  forgetFiles(isThere: (path: string) => boolean): void;
}

/** What was found out of earlier shipping. */
export interface RecoveredPositions {
  readonly incarnations: readonly Incarnation[];
  readonly files: readonly ShippedFile[];
}

/** The file of positions cannot be used. The message says which, why, and what to do. */
export class PositionsError extends Error {
  override readonly name: string = "PositionsError";
}

/** It gets no better by itself. */
export class PositionsRefusedError extends PositionsError {
  override readonly name = "PositionsRefusedError";
}
