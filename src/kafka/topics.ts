/** The topics of one installation. */
export interface TopicNames {
  readonly rolloutEvents: string;
  readonly threadItems: string;
  readonly turnSummaries: string;
  readonly lifecycleEvents: string;
  readonly deadLetters: string;
  readonly decisions: string;
}

export function topicNames(prefix: string): TopicNames {
  return {
    rolloutEvents: `${prefix}.rollout-events`,
    threadItems: `${prefix}.thread-items`,
    turnSummaries: `${prefix}.turn-summaries`,
    lifecycleEvents: `${prefix}.lifecycle-events`,
    deadLetters: `${prefix}.dead-letters`,
    decisions: `${prefix}.decisions`,
  };
}

export interface TopicOptions {
  /** Of the input, the mutation topics and the dead letters: mutations go to the partition number of their source. */
  readonly partitions: number;
  /** Null: the broker's default. */
  readonly replicationFactor: number | null;
  /** Null: for ever. */
  readonly retentionMs: number | null;
  readonly deadLetterRetentionMs: number;
  readonly maxMessageBytes: number;
}

/** What a topic should be. */
export interface TopicSpec {
  readonly name: string;
  readonly partitions: number;
  readonly replicationFactor: number | null;
  /** By Kafka's own names. */
  readonly config: Readonly<Record<TopicSetting, string>>;
}

export type TopicSetting = "cleanup.policy" | "retention.ms" | "max.message.bytes";

const FOR_EVER = "-1";

/** What the topics of an installation should be. */
export function topicsOf(prefix: string, options: TopicOptions): TopicSpec[] {
  const names = topicNames(prefix);
  const { partitions, replicationFactor, retentionMs, deadLetterRetentionMs, maxMessageBytes } = options;
  const kept = (name: string, retention: number | null): TopicSpec => ({
    name,
    partitions,
    replicationFactor,
    config: {
      "cleanup.policy": "delete",
      "retention.ms": retention === null ? FOR_EVER : String(retention),
      "max.message.bytes": String(maxMessageBytes),
    },
  });
  return [
    kept(names.rolloutEvents, retentionMs),
    kept(names.threadItems, retentionMs),
    kept(names.turnSummaries, retentionMs),
    kept(names.lifecycleEvents, retentionMs),
    kept(names.deadLetters, deadLetterRetentionMs),
    {
      name: names.decisions,
      partitions: 1,
      replicationFactor,
      config: {
        "cleanup.policy": "compact",
        "retention.ms": FOR_EVER,
        "max.message.bytes": String(maxMessageBytes),
      },
    },
  ];
}
