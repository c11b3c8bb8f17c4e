import { describe, expect, it, onTestFinished } from "vitest";
import { TopicAdmin, type TopicOptions, TopicsError, topicNames, topicsOf } from "../../src/kafka/index.ts";
import { client, testAdmin, testTopic, unique } from "./support/cluster.ts";

const OPTIONS: TopicOptions = {
  partitions: 3,
  replicationFactor: 1,
  retentionMs: null,
  deadLetterRetentionMs: 86_400_000,
  maxMessageBytes: 9_000_000,
};

/** An installation of its own, whose topics are deleted when the test is over. */
function installation(options: Partial<TopicOptions> = {}) {
  const prefix = unique("prefix");
  const specs = topicsOf(prefix, { ...OPTIONS, ...options });
  onTestFinished(async () => {
    const admin = client.kafka.admin();
    await admin.connect();
    const there = await admin.listTopics();
    await admin.deleteTopics({ topics: there.filter((topic) => topic.startsWith(prefix)) });
    await admin.disconnect();
  });
  return { names: topicNames(prefix), topics: new TopicAdmin(testAdmin(), specs), prefix };
}

describe("topics of an installation", () => {
  it("are made as the workers need them", async () => {
    const { names, topics } = installation();

    const { created, existing, differences } = await topics.create({ dryRun: false });

    expect(created.map(({ name, partitions }) => `${name} ${partitions}`)).toEqual([
      `${names.rolloutEvents} 3`,
      `${names.threadItems} 3`,
      `${names.turnSummaries} 3`,
      `${names.lifecycleEvents} 3`,
      `${names.deadLetters} 3`,
      `${names.decisions} 1`,
    ]);
    expect({ existing, differences }).toEqual({ existing: [], differences: [] });
    await topics.check();
  });

  it("are left alone when they are there", async () => {
    const { topics } = installation();
    await topics.create({ dryRun: false });

    const again = await topics.create({ dryRun: false });

    expect(again.created).toEqual([]);
    expect(again.existing).toHaveLength(6);
    expect(again.differences).toEqual([]);
  });

  it("are only named on a dry run", async () => {
    const { topics } = installation();

    expect((await topics.create({ dryRun: true })).created).toHaveLength(6);
    expect((await topics.create({ dryRun: true })).created).toHaveLength(6);
    await expect(topics.check()).rejects.toThrow("topic is no such topic, expected 3 partitions");
  });

  it("that differ are told, with what was expected, what was found and what to do, and not changed", async () => {
    const { names, prefix } = installation();
    await testTopic("other", 2, { "max.message.bytes": "1000000", "retention.ms": "60000" }, names.rolloutEvents);
    const topics = new TopicAdmin(testAdmin(), topicsOf(prefix, OPTIONS).slice(0, 1));

    const { differences } = await topics.create({ dryRun: false });

    const told = (all: TopicsError["differences"]) =>
      all.map(({ what, expected, found, isFatal }) => `${what}: ${found}, not ${expected}${isFatal ? ", fatal" : ""}`);
    expect(told(differences)).toEqual([
      "partitions: 2, not 3, fatal",
      "retention.ms: 60000, not -1",
      "max.message.bytes: 1000000, not 9000000, fatal",
    ]);
    const refusal = await topics.check().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(TopicsError);
    expect(told((refusal as TopicsError).differences)).toEqual([
      "partitions: 2, not 3, fatal",
      "max.message.bytes: 1000000, not 9000000, fatal",
    ]);
    expect(String(refusal)).toContain("--add-config max.message.bytes=9000000");
  });

  it("may be larger and kept for another time than asked for", async () => {
    const { topics, prefix } = installation();
    await topics.create({ dryRun: false });
    const smaller = topicsOf(prefix, { ...OPTIONS, maxMessageBytes: 1_000_000, retentionMs: 1_000_000 });

    await new TopicAdmin(testAdmin(), smaller).check();
  });
});
