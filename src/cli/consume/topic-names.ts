import type { TopicNames } from "../../kafka/index.ts";

/** What topics are called on the command line. */
export const TOPIC_NAMES = {
  "rollout-events": "rolloutEvents",
  "thread-items": "threadItems",
  "turn-summaries": "turnSummaries",
  "lifecycle-events": "lifecycleEvents",
  "dead-letters": "deadLetters",
  decisions: "decisions",
} as const satisfies Readonly<Record<string, keyof TopicNames>>;
