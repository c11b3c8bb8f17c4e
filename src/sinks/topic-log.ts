import type { PartitionLog } from "../worker/index.ts";
import type { TopicContent } from "./records.ts";

/** One topic's part of a partition. */
export interface TopicLog {
  readonly topic: string;
  readonly content: TopicContent;
  readonly log: Pick<PartitionLog, "bounds" | "seek" | "take">;
}
