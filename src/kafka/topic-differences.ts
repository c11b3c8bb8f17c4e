import type { TopicSetting, TopicSpec } from "./topics.ts";

/** One way in which a topic is not what it should be. */
export interface TopicDifference {
  readonly topic: string;
  /** `topic` when it is missing as a whole. */
  readonly what: "topic" | "partitions" | TopicSetting;
  readonly expected: string;
  readonly found: string;
  /** Workers would do wrong, or get stuck: they refuse to start. Otherwise the operator may want it so. */
  readonly isFatal: boolean;
  readonly remedy: string;
}

/** A topic as the brokers have it. */
export interface FoundTopic {
  readonly partitions: number;
  readonly config: ReadonlyMap<string, string>;
}

/** What is said of one that is not there. Brokers do not list those that a user has no right to. */
export function noSuchTopic(name: string): string {
  return `${name}: no such topic, or none that this user may see: \`thread-history topics create\` makes it`;
}

export function differencesOf(spec: TopicSpec, found: FoundTopic | undefined): TopicDifference[] {
  if (found === undefined) return [missing(spec)];
  const differences: TopicDifference[] = [];
  if (found.partitions !== spec.partitions) differences.push(otherPartitions(spec, found.partitions));
  for (const setting of ["cleanup.policy", "retention.ms", "max.message.bytes"] as const) {
    const expected = spec.config[setting];
    const value = found.config.get(setting) ?? "nothing";
    if (value === expected) continue;
    const remedy = `kafka-configs.sh --alter --entity-type topics --entity-name ${spec.name} --add-config ${setting}=${expected}, or change the configuration of thread-history to what the topic has`;
    const isFatal = isFatalSetting(setting, expected, value);
    differences.push({ topic: spec.name, what: setting, expected, found: value, isFatal, remedy });
  }
  return differences;
}

function missing({ name, partitions }: TopicSpec): TopicDifference {
  return {
    topic: name,
    what: "topic",
    expected: `${partitions} partition${partitions === 1 ? "" : "s"}`,
    found: "no such topic",
    isFatal: true,
    remedy: "thread-history topics create",
  };
}

function otherPartitions({ name, partitions }: TopicSpec, found: number): TopicDifference {
  return {
    topic: name,
    what: "partitions",
    expected: String(partitions),
    found: String(found),
    isFatal: true,
    remedy:
      "threads are tied to partitions, and so is stored state: set topics.partitions to what the topics were made with; to change it, publish the log again under a new prefix",
  };
}

/** A compacted input would lose lines, a log that is cut off loses decisions; a record that does not fit stops its partition. */
function isFatalSetting(setting: TopicSetting, expected: string, found: string): boolean {
  switch (setting) {
    case "cleanup.policy":
      return true;
    case "max.message.bytes":
      return Number(found) < Number(expected);
    case "retention.ms":
      return false;
  }
}

/** Topics are not what workers need. */
export class TopicsError extends Error {
  override readonly name = "TopicsError";
  readonly differences: readonly TopicDifference[];

  constructor(differences: readonly TopicDifference[]) {
    const lines = differences.map(
      ({ topic, what, expected, found, remedy }) => `  ${topic}: ${what} is ${found}, expected ${expected}: ${remedy}`,
    );
    super(["the topics are not what the workers need:", ...lines].join("\n"));
    this.differences = differences;
  }
}
