import { setTimeout as sleep } from "node:timers/promises";
import type { Admin } from "kafkajs";
import { NO_LEADER } from "./cluster.ts";
import { hasType } from "./kafka-errors.ts";
import { ConfigResourceTypes } from "./kafkajs-exports.ts";
import type { SharedAdmin } from "./shared-admin.ts";
import { differencesOf, type FoundTopic, type TopicDifference, TopicsError } from "./topic-differences.ts";
import type { TopicSpec } from "./topics.ts";

/** What making the topics did, or would do. */
export interface CreatedTopics {
  readonly created: readonly TopicSpec[];
  readonly existing: readonly TopicSpec[];
  /** Of those that existed; they are left as they are. */
  readonly differences: readonly TopicDifference[];
}

/** Makes and checks the topics of an installation. Never changes one that exists. */
export class TopicAdmin {
  readonly #admin: SharedAdmin;
  readonly #specs: readonly TopicSpec[];

  constructor(admin: SharedAdmin, specs: readonly TopicSpec[]) {
    this.#admin = admin;
    this.#specs = specs;
  }

  async create({ dryRun }: { readonly dryRun: boolean }): Promise<CreatedTopics> {
    const admin = await this.#admin.connected();
    const found = await this.#found(admin);
    const created = this.#specs.filter(({ name }) => !found.has(name));
    const existing = this.#specs.filter(({ name }) => found.has(name));
    if (!dryRun && created.length > 0) await createTopics(admin, created);
    return { created, existing, differences: existing.flatMap((spec) => differencesOf(spec, found.get(spec.name))) };
  }

  /** @throws TopicsError when workers must not start with what there is */
  async check(): Promise<void> {
    const found = await this.#found(await this.#admin.connected());
    const differences = this.#specs.flatMap((spec) => differencesOf(spec, found.get(spec.name)));
    const fatal = differences.filter(({ isFatal }) => isFatal);
    if (fatal.length > 0) throw new TopicsError(fatal);
  }

  async #found(admin: Admin): Promise<Map<string, FoundTopic>> {
    const there = new Set(await admin.listTopics());
    const names = this.#specs.map(({ name }) => name).filter((name) => there.has(name));
    if (names.length === 0) return new Map();
    const { topics } = await admin.fetchTopicMetadata({ topics: names });
    const resources = names.map((name) => ({ type: ConfigResourceTypes.TOPIC, name }));
    const { resources: configs } = await admin.describeConfigs({ resources, includeSynonyms: false });
    return new Map(
      topics.map(({ name, partitions }) => {
        const entries = configs.find(({ resourceName }) => resourceName === name)?.configEntries ?? [];
        const config = new Map(entries.map(({ configName, configValue }) => [configName, configValue]));
        return [name, { partitions: partitions.length, config }];
      }),
    );
  }
}

const BROKER_DEFAULT = -1;

async function createTopics(admin: Admin, specs: readonly TopicSpec[]): Promise<void> {
  const topics = specs.map(({ name, partitions, replicationFactor, config }) => ({
    topic: name,
    numPartitions: partitions,
    replicationFactor: replicationFactor ?? BROKER_DEFAULT,
    configEntries: Object.entries(config).map(([setting, value]) => ({ name: setting, value })),
  }));
  try {
    await admin.createTopics({ topics, waitForLeaders: false });
    await untilLed(
      admin,
      specs.map(({ name }) => name),
    );
  } catch (error) {
    const names = specs.map(({ name }) => name).join(", ");
    const remedy = hasType(error, "TOPIC_AUTHORIZATION_FAILED", "CLUSTER_AUTHORIZATION_FAILED")
      ? "give this user the right to create them, or create them yourself"
      : "see what the brokers say, then run it again: what was created is left alone";
    throw new Error(`could not create ${names}: ${remedy}`, { cause: error });
  }
}

const LEADERS_MS = 30_000;
const LEADERS_RETRY_MS = 100;

/** Brokers hear of a new topic one after the other. kafkajs, asked to wait, takes one that has not for a failure. */
async function untilLed(admin: Admin, names: readonly string[]): Promise<void> {
  const deadline = AbortSignal.timeout(LEADERS_MS);
  for (;;) {
    try {
      const { topics } = await admin.fetchTopicMetadata({ topics: [...names] });
      if (topics.every(({ partitions }) => partitions.every(({ leader }) => leader !== NO_LEADER))) return;
      deadline.throwIfAborted();
    } catch (error) {
      if (deadline.aborted || !hasType(error, "UNKNOWN_TOPIC_OR_PARTITION", "LEADER_NOT_AVAILABLE")) throw error;
    }
    await sleep(LEADERS_RETRY_MS);
  }
}
