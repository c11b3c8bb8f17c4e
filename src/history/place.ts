import type { Integer } from "../json/index.ts";

/** A line of a thread, where it stands. */
export interface LinePlace {
  readonly rolloutId: string;
  /** Index of the line in its rollout, from 0. */
  readonly position: number;
  /** The number that the line itself carries, if any; it serves cuts only (ADR 0010, ADR 0022). */
  readonly ordinal: Integer | null;
  /** Whether the line takes a rollout index (ADR 0001). */
  readonly counted: boolean;
}

/** The same, with the thread that it belongs to. */
export interface ThreadPlace extends LinePlace {
  readonly threadId: string;
}
