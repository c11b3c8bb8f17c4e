import type { Integer } from "../json/index.ts";
import type { RolloutEvent } from "./events.ts";
import type { RejectionReason } from "./rejection.ts";

/** What a rollout line is, as far as the projections go. */
export type DecodedLine = EventLine | NeutralLine | RejectedLine | EmptyLine;

/** A line whose event can change a projection. */
export interface EventLine {
  readonly outcome: "event";
  readonly event: RolloutEvent;
  /** Whether Codex keeps the line when it loads a legacy file; then it takes a rollout index (ADR 0001). */
  readonly counted: boolean;
  readonly ordinal: Integer | null;
  /** The line's own time stamp, verbatim. */
  readonly timestamp: string;
}

/** A readable line without effect: of a kind that changes nothing, or unknown. */
export interface NeutralLine {
  readonly outcome: "neutral";
  readonly counted: boolean;
  /** Whether Codex 0.169.0 knows the kind. */
  readonly known: boolean;
  readonly ordinal: Integer | null;
}

/** A line that cannot be read. It has no effect and takes no rollout index. */
export interface RejectedLine {
  readonly outcome: "rejected";
  readonly reason: RejectionReason;
  /** Byte offset inside the line. */
  readonly offset: number;
  readonly message: string;
  /** The line's own number, where reading came that far. */
  readonly ordinal?: Integer;
}

/** White space only. */
export interface EmptyLine {
  readonly outcome: "empty";
}
