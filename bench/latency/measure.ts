import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { KafkaClient } from "../../src/kafka/index.ts";
import { SchemaRegistry } from "../../src/schema-registry/index.ts";
import { Arrivals, lineReader, mutationReader, placeOf } from "../../test/agent/support/arrivals.ts";
import { ended } from "../processes.ts";
import { COMMAND, command } from "../worker/command.ts";
import { address, Installation } from "../worker/installation.ts";
import { Agents } from "./agents.ts";

const WARM_UP = { seconds: 8, perSecond: 50 };
const LIMIT_MS = 60_000;
const OUTPUTS = {
  "thread-item": "threadItems",
  "turn-summary": "turnSummaries",
  lifecycle: "lifecycleEvents",
} as const;

/** Milliseconds from when a line was in its file until something could be read, read committed. */
export interface Latencies {
  readonly name: string;
  readonly ms: readonly number[];
}

/** What was measured while lines were written at one pace. */
export interface Paced {
  readonly perSecond: number;
  readonly latencies: readonly Latencies[];
}

/** Ships rollouts that are being written, and projects them, by the processes that users run. */
export async function measure(seconds: number, paces: readonly number[]): Promise<Paced[]> {
  await using installation = await Installation.open("latency");
  const folder = mkdtempSync(join(tmpdir(), "thread-history-latency-"));
  try {
    return await measureIn(folder, installation, seconds, paces);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function measureIn(folder: string, installation: Installation, seconds: number, paces: readonly number[]) {
  const sessions = join(folder, "sessions");
  const agents = new Agents(sessions);
  const about = ["--prefix", installation.prefix];
  await using _worker = new Running("worker", ...about, "--set", "http.port=0");
  await using _ship = new Running("ship", sessions, ...about, "--positions", join(folder, "positions.sqlite"));
  const warmUp = await agents.write(WARM_UP.seconds * WARM_UP.perSecond, WARM_UP.perSecond);
  await using following = new Following(installation.kafka, installation.topics);
  await following.latencies(warmUp, await expected(sessions, folder));
  const results: Paced[] = [];
  for (const perSecond of paces) {
    const written = await agents.write(seconds * perSecond, perSecond);
    results.push({ perSecond, latencies: await following.latencies(written, await expected(sessions, folder)) });
  }
  return results;
}

/** Reads all topics as they grow. */
class Following implements AsyncDisposable {
  readonly #lines: Arrivals<unknown>;
  readonly #mutations: ReadonlyMap<string, Arrivals<unknown>>;

  constructor(client: KafkaClient, topics: Installation["topics"]) {
    const registry = new SchemaRegistry({ url: address("SCHEMA_REGISTRY_URL") });
    this.#lines = new Arrivals(client, [topics.rolloutEvents], lineReader(registry));
    const read = mutationReader(registry);
    this.#mutations = new Map(
      Object.entries(OUTPUTS).map(([name, topic]) => [name, new Arrivals(client, [topics[topic]], read)]),
    );
  }

  /** Of these lines, and of the mutations that follow from them. */
  async latencies(written: ReadonlyMap<string, number>, mutations: readonly ExpectedMutation[]): Promise<Latencies[]> {
    const limit = AbortSignal.timeout(LIMIT_MS);
    const result = [{ name: "the line in the input topic", ms: await latenciesOf(this.#lines, written, limit) }];
    for (const [name, arrivals] of this.#mutations) {
      const times = mutations.flatMap(({ observer, id, place }): [string, number][] => {
        const at = written.get(place);
        return observer === name && at !== undefined ? [[id, at]] : [];
      });
      result.push({ name: `mutations of ${name}`, ms: await latenciesOf(arrivals, new Map(times), limit) });
    }
    return result;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const arrivals of [this.#lines, ...this.#mutations.values()]) await arrivals[Symbol.asyncDispose]();
  }
}

async function latenciesOf(
  arrivals: Arrivals<unknown>,
  written: ReadonlyMap<string, number>,
  limit: AbortSignal,
): Promise<number[]> {
  const found = await arrivals.all(written.keys(), limit);
  return found.map(({ id, at }) => at - (written.get(id) ?? Number.NaN));
}

interface ExpectedMutation {
  readonly observer: string;
  readonly id: string;
  /** Of the line it follows from. */
  readonly place: string;
}

/** What `project` makes of the files. */
async function expected(sessions: string, folder: string): Promise<ExpectedMutation[]> {
  const out = join(folder, "projected");
  await command("project", "--emit", "mutations", "--out", out, sessions);
  const topics = { "thread-item": "thread-items", "turn-summary": "turn-summaries", lifecycle: "lifecycle-events" };
  return Object.entries(topics).flatMap(([observer, file]) =>
    readFileSync(join(out, `${file}.jsonl`), "utf8")
      .split("\n")
      .slice(0, -1)
      .map((line) => {
        const { mutationId, rolloutId, sourcePosition } = JSON.parse(line);
        return { observer, id: mutationId, place: placeOf(rolloutId, sourcePosition) };
      }),
  );
}

/** A process that goes on until it is told to end. */
class Running implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #exit: Promise<number | string | null>;

  constructor(...args: readonly string[]) {
    this.#child = spawn(COMMAND, args, { stdio: ["ignore", "ignore", "inherit"] });
    this.#exit = ended(this.#child);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#child.kill("SIGTERM");
    const how = await this.#exit;
    if (how !== 0) throw new Error(`${this.#child.spawnargs.join(" ")} ended with ${how}`);
  }
}
