import type { LinePlaceInLog } from "./record-maker.ts";

type AppendPlace = Pick<LinePlaceInLog, "threadId" | "rolloutId" | "position">;

/** Options that no producer can be made of. The message names each option. */
export class ProducerOptionsError extends Error {
  override readonly name = "ProducerOptionsError";
}

/** What was given to `append` cannot be appended: nothing of it was taken. */
export class AppendRefusedError extends Error {
  override readonly name = "AppendRefusedError";
}

/**
 * The broker did not acknowledge lines: it may have them or not. Append the same lines again: they go to the same places,
 * which is a harmless repeat. Every later append of the thread that was waiting failed as well, and is to follow in its turn.
 */
export class AppendError extends Error {
  override readonly name = "AppendError";
  readonly threadId: string;
  readonly rolloutId: string;
  /** Of the first of the lines. */
  readonly position: number;

  constructor({ threadId, rolloutId, position }: AppendPlace, count: number, cause: unknown) {
    const what = `thread ${threadId}: ${count} lines from position ${position} of rollout ${rolloutId} were not acknowledged`;
    const why = cause instanceof Error ? cause.message : String(cause);
    super(`${what}; append the same lines again, which go to the same places: ${why}`, { cause });
    this.threadId = threadId;
    this.rolloutId = rolloutId;
    this.position = position;
  }
}

/** `append` after `close`. */
export class ProducerClosedError extends Error {
  override readonly name = "ProducerClosedError";
}
