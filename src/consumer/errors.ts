import type { UnreadableMutation } from "./decoded.ts";
import type { MutationPosition, MutationTopic } from "./position.ts";

/** Options that no reader or decoder can be made of. The message names each option. */
export class ConsumerOptionsError extends Error {
  override readonly name = "ConsumerOptionsError";
}

/** Mutations cannot be read: what is missing, or what does not answer, is told by the message and the cause. */
export class MutationReadError extends Error {
  override readonly name = "MutationReadError";
}

/**
 * The log does not hold the place where reading was to go on: it was deleted meanwhile (retention), or the topic was made
 * again. Going on elsewhere would leave rows out: fill the table again, from the earliest mutation or from a sink.
 */
export class PositionLostError extends Error {
  override readonly name = "PositionLostError";
}

interface UnreadablePlace {
  readonly topic: MutationTopic;
  readonly partition: number;
  readonly offset: number;
  /** Behind the record: a reader from here skips it. */
  readonly position: MutationPosition;
}

/** A record that is no mutation, or one that only a newer release can read. */
export class UnreadableMutationError extends Error {
  override readonly name = "UnreadableMutationError";
  readonly topic: MutationTopic;
  readonly partition: number;
  readonly offset: number;
  readonly code: UnreadableMutation["code"];
  readonly position: MutationPosition;

  constructor({ topic, partition, offset, position }: UnreadablePlace, { code, reason }: UnreadableMutation) {
    const howToGoOn = "read it with a newer release, or go on behind it, from the error's position";
    super(`${topic} ${partition}/${offset} cannot be read: ${reason}; ${howToGoOn}`);
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.code = code;
    this.position = position;
  }
}
