import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Admin } from "kafkajs";
import { expect, vi } from "vitest";
import { createKafka, topicNames } from "../../../src/kafka/index.ts";
import type { ObserverName } from "../../../src/projections/index.ts";
import type { Deployment } from "./deployment.ts";

/** As long as anything may take on a busy machine. */
export const PATIENCE = { timeout: 180_000, interval: 200 };

/** An observer's consumer group on the input topic, as operators see it. */
export class Group {
  readonly id: string;
  readonly topic: string;
  readonly admin: Admin;
  readonly #deployment: Deployment;

  private constructor(deployment: Deployment, observer: ObserverName, admin: Admin) {
    this.id = `${deployment.prefix}.${observer}`;
    this.topic = topicNames(deployment.prefix).rolloutEvents;
    this.admin = admin;
    this.#deployment = deployment;
  }

  static async open(deployment: Deployment, observer: ObserverName): Promise<Group> {
    const brokers = (deployment.env.KAFKA_BROKERS ?? "").split(",");
    const admin = createKafka({ brokers, clientId: "test" }, () => undefined).kafka.admin();
    await admin.connect();
    return new Group(deployment, observer, admin);
  }

  async close(): Promise<void> {
    await this.admin.disconnect();
  }

  /** Committed offsets by partition; -1 where there is none. A broker that comes back knows of no group for a while. */
  async committed(): Promise<number[]> {
    const asked = { groupId: this.id, topics: [this.topic] };
    const [found] = await vi.waitFor(() => this.admin.fetchOffsets(asked), PATIENCE);
    return byPartition(found?.partitions ?? [], ({ offset }) => Number(offset));
  }

  /** Waits until all records are processed. */
  async caughtUp(): Promise<void> {
    await vi.waitFor(async () => {
      const ends = byPartition(await this.admin.fetchTopicOffsets(this.topic), ({ high }) => Number(high));
      expect(await this.committed()).toEqual(ends);
    }, PATIENCE);
  }

  /** Kafka's own tool for consumer groups, on these partitions. */
  async tool(partitions: readonly number[], ...args: readonly string[]): Promise<string> {
    const { KAFKA_TOOLS = "", KAFKA_BROKERS = "" } = this.#deployment.env;
    const place = ["--group", this.id, "--topic", `${this.topic}:${partitions.join(",")}`];
    const all = ["--bootstrap-server", KAFKA_BROKERS, ...place, ...args];
    const { stdout } = await promisify(execFile)(join(KAFKA_TOOLS, "kafka-consumer-groups.sh"), all);
    return stdout;
  }
}

function byPartition<T extends { readonly partition: number }>(
  found: readonly T[],
  offsetOf: (one: T) => number,
): number[] {
  return [...found].sort((a, b) => a.partition - b.partition).map(offsetOf);
}
