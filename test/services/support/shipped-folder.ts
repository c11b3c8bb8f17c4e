import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import kafkajs from "kafkajs";
import { expect, vi } from "vitest";
import { createKafka, type KafkaClient, topicEnds, topicNames } from "../../../src/kafka/index.ts";
import { ConfigResourceTypes } from "../../../src/kafka/kafkajs-exports.ts";
import { rolloutName, THREAD } from "../../support/cli.ts";
import { Deployment, type Ended } from "./deployment.ts";
import { PATIENCE } from "./group.ts";
import { heldLines, type LoggedLine } from "./ship-log.ts";
import { IMPATIENT, ShipProcess } from "./ship-process.ts";

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;

const OPERATIONS = {
  all: AclOperationTypes.ALL,
  delete: AclOperationTypes.DELETE,
  describe: AclOperationTypes.DESCRIBE,
  "describe-configs": AclOperationTypes.DESCRIBE_CONFIGS,
  read: AclOperationTypes.READ,
  write: AclOperationTypes.WRITE,
};
type Operation = keyof typeof OPERATIONS;

/** How what is tried again is said to be. */
export const AGAIN = "; tries again in 1 s, from where it was";

/** What a command that says these things writes to standard error. */
export function complaints(...messages: readonly string[]): string {
  return messages.map((message) => `thread-history: ${message}\n`).join("");
}

/** A folder with a rollout that grows, and an installation to ship it to. */
export class ShippedFolder {
  readonly deployment: Deployment;
  /** The rollout's file. */
  readonly file: string;
  readonly positions: string;
  readonly #path: string;
  readonly #written: string[] = [];

  constructor(env: Readonly<Record<string, string>>) {
    this.deployment = new Deployment({ THREAD_HISTORY_TOPICS_PARTITIONS: "1", ...IMPATIENT, ...env });
    this.#path = join(this.deployment.folder, "sessions");
    this.file = join(this.#path, rolloutName());
    this.positions = this.deployment.env.THREAD_HISTORY_SHIP_POSITIONS ?? "";
    mkdirSync(this.#path);
  }

  /** Each line is another one, of at least so many bytes. */
  write(lines: number, bytes = 0): void {
    for (let n = 0; n < lines; n++) {
      const line = JSON.stringify({ n: this.#written.length, text: "x".repeat(bytes) });
      this.#written.push(line);
      appendFileSync(this.file, `${line}\n`);
    }
  }

  once(...more: readonly string[]): Promise<Ended> {
    return this.deployment.attempt("ship", "--once", this.#path, ...more);
  }

  /** For the time of a test. */
  follow(variables: Readonly<Record<string, string>> = {}, within: readonly string[] = []): ShipProcess {
    return ShipProcess.started(this.deployment, [this.#path], variables, within);
  }

  /** Waits until the topic holds what was written, in order; each line once. */
  async arrived(): Promise<void> {
    await vi.waitFor(async () => expect(await this.#count()).toBeGreaterThanOrEqual(this.#written.length), PATIENCE);
    expect(await heldLines(this.deployment)).toEqual(this.#lines());
  }

  /** Waits until the topic holds what was written; where a line is again, it is what consumers know to be the same. */
  async arrivedOrAgain(): Promise<void> {
    const known = (line: LoggedLine) => `${line.rolloutId} ${line.position} ${line.line}`;
    await vi.waitFor(async () => {
      const held = new Map((await heldLines(this.deployment)).map((line) => [known(line), line]));
      expect([...held.values()]).toEqual(this.#lines());
    }, PATIENCE);
  }

  #lines(): LoggedLine[] {
    return this.#written.map((line, position) => ({ threadId: THREAD, rolloutId: THREAD, position, line }));
  }

  /** Sets a setting of the topic, as its operator does. */
  async alterTopic(name: string, value: string): Promise<void> {
    const admin = this.#client().kafka.admin();
    await admin.connect();
    const topic = { type: ConfigResourceTypes.TOPIC, name: this.topic, configEntries: [{ name, value }] };
    await admin.alterConfigs({ validateOnly: false, resources: [topic] });
    await admin.disconnect();
  }

  /** Lets all users do this with the topic, and nothing else. */
  async allow(...operations: readonly Operation[]): Promise<void> {
    const topic = {
      resourceType: AclResourceTypes.TOPIC,
      resourceName: this.topic,
      resourcePatternType: ResourcePatternTypes.LITERAL,
    };
    const anybody = { principal: "User:*", host: "*", permissionType: AclPermissionTypes.ALLOW };
    const admin = this.#client().kafka.admin();
    await admin.connect();
    await admin.deleteAcls({
      filters: [{ ...topic, permissionType: AclPermissionTypes.ANY, operation: AclOperationTypes.ANY }],
    });
    const acl = operations.map((name) => ({ ...topic, ...anybody, operation: OPERATIONS[name] }));
    await admin.createAcls({ acl });
    await admin.disconnect();
  }

  get topic(): string {
    return topicNames(this.deployment.prefix).rolloutEvents;
  }

  #client(): KafkaClient {
    const brokers = [this.deployment.env.KAFKA_BROKERS ?? ""];
    return createKafka({ brokers, clientId: "test" }, () => undefined);
  }

  /** Of the records in the topic. */
  async #count(): Promise<number> {
    const ends = await topicEnds(this.#client(), this.topic);
    return [...ends.values()].reduce((sum, end) => sum + end, 0);
  }
}
