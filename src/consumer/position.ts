/** The topics that hold mutations, without the installation's prefix. */
export const MUTATION_TOPICS = ["thread-items", "turn-summaries", "lifecycle-events"] as const;
export type MutationTopic = (typeof MUTATION_TOPICS)[number];

/**
 * Where reading stands: of each topic and partition the offset that is next. Plain JSON, to be stored with the rows that
 * came before it.
 */
export type MutationPosition = { readonly [Topic in MutationTopic]?: Readonly<Record<string, number>> | undefined };

/** The position once a partition was read up to there. */
export function advanced(
  position: MutationPosition,
  topic: MutationTopic,
  partition: number,
  next: number,
): MutationPosition {
  return { ...position, [topic]: { ...position[topic], [partition]: next } };
}
