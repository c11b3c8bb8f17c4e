/** Why a line was not read: a closed set, so that counts and dead letters can be grouped by it. */
export type RejectionReason =
  | "not-utf8"
  | "not-json"
  | "not-an-object"
  | "missing-field"
  | "wrong-type"
  | "unknown-value"
  | "line-too-long";

/** A line, or a part of one, that the rules of rollout-format.md and paginated.md do not accept. */
export class RejectedLineError extends Error {
  override readonly name = "RejectedLineError";
  readonly reason: RejectionReason;
  /** Byte offset inside the line. */
  readonly offset: number;

  constructor(reason: RejectionReason, offset: number, message: string) {
    super(message);
    this.reason = reason;
    this.offset = offset;
  }
}
