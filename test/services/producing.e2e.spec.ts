import { spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { install } from "../../scripts/services/install.ts";
import { javaProgram } from "../../scripts/services/java.ts";
import { createRolloutProducer } from "../../src/producer/index.ts";
import type { PublishedDeadLetter } from "../../src/schema-registry/index.ts";
import { OTHER_THREAD, rollout, rolloutLine, THREAD } from "../support/cli.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { type Published, publishedDeadLetters, publishedMutations } from "./support/verifier.ts";
import { expectedOf } from "./support/workload.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/producing.md"), "utf8");

const image = "iVBORw0K".repeat(43_000_000 / 8);
const [session = "", started = "", asked = "", answered = "", completed = ""] = rollout();
const COMPACTED = rolloutLine("compacted", {
  message: "m",
  replacement_history: [{ type: "message", role: "user", content: [{ type: "input_image", image_url: image }] }],
});
const HUGE_ANSWER = rolloutLine("event_msg", { type: "agent_message", message: "x".repeat(43_000_000) });
const LINES = [session, started, asked, COMPACTED, HUGE_ANSWER, answered, completed];

/** The code of the page, by the file names that stand behind the language. */
const examples = new Map(
  [...PAGE.matchAll(/^```\w+ (?<name>\S+)\n(?<code>.*?)^```$/gms)].map(({ groups = {} }) => [groups.name, groups.code]),
);

describe("producing", () => {
  const deployment = new Deployment({ ...servicesEnv(), THREAD_HISTORY_TOPICS_PARTITIONS: "1" });
  const { env, prefix } = deployment;
  const said = new Map<string, string>();
  const jars: string[] = [];
  const mutations: Published[] = [];
  let letters: PublishedDeadLetter[];

  const commands = {
    "library.mjs": () => [process.execPath],
    "kafkajs.mjs": () => [process.execPath],
    "Producing.java": () => [javaProgram(), "-cp", jars.join(":")],
  };

  /** Runs an example as it stands on the page, in a folder with the packages that it names. */
  const run = async (name: keyof typeof commands): Promise<string> => {
    const file = join(deployment.folder, name);
    writeFileSync(file, examples.get(name) ?? "");
    const [program = "", ...args] = commands[name]();
    const child = spawn(program, [...args, file], {
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    if (code !== 0) throw new Error(`${name} ended with ${code}:\n${stdout}${stderr}`);
    return stdout;
  };

  const produceHugeLines = async (): Promise<void> => {
    const producer = createRolloutProducer({
      brokers: (env.KAFKA_BROKERS ?? "").split(","),
      schemaRegistryUrl: env.SCHEMA_REGISTRY_URL ?? "",
      prefix,
    });
    for (const line of LINES) await producer.append(THREAD, [line]);
    await producer.close();
  };

  /** A producer that crashed before it knew that its lines were written, and another one that goes on from what it knew. */
  const crashAndResume = async (): Promise<void> => {
    const options = {
      brokers: (env.KAFKA_BROKERS ?? "").split(","),
      schemaRegistryUrl: env.SCHEMA_REGISTRY_URL ?? "",
      prefix,
    };
    const lines = rollout(OTHER_THREAD);
    await using crashed = createRolloutProducer(options);
    await crashed.append(OTHER_THREAD, lines.slice(0, 4), { rolloutId: "mine", position: 0 });
    await using resumed = createRolloutProducer(options);
    await resumed.append(OTHER_THREAD, lines.slice(2), { rolloutId: "mine", position: 2 });
  };

  beforeAll(async () => {
    const modules = join(deployment.folder, "node_modules");
    for (const name of ["kafkajs", "@kafkajs/confluent-schema-registry"]) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
    }
    symlinkSync(ROOT, join(modules, "thread-history"));
    const downloads = await install(["kafka", "registry"], () => undefined);
    const library = join(downloads, "registry/lib");
    const avro = readdirSync(library).filter((name) =>
      /^(?:org\.apache\.avro|com\.fasterxml\.jackson\.core)\./.test(name),
    );
    jars.push(join(downloads, "kafka/*"), ...avro.map((name) => join(library, name)));
    await deployment.setUp();

    for (const name of ["library.mjs", "kafkajs.mjs", "Producing.java"] as const) said.set(name, await run(name));
    await produceHugeLines();
    await crashAndResume();

    await deployment.run("worker", "--once");
    const topics = ["thread-items", "turn-summaries", "lifecycle-events"];
    const [published, ...rest] = await Promise.all([
      publishedDeadLetters(`${prefix}.dead-letters`, env),
      ...topics.map((topic) => publishedMutations(`${prefix}.${topic}`, env)),
    ]);
    letters = published;
    mutations.push(...rest.flat());
  });
  afterAll(() => deployment.stop());

  const jsonOf = (threadId: string) =>
    mutations.filter((mutation) => mutation.threadId === threadId).map(({ json }) => JSON.parse(json) as object);
  const expected = (threadId: string, rolloutId: string, lines: readonly string[]) => {
    const byObserver = expectedOf([{ threadId, rollouts: [{ rolloutId, lines }] }]);
    return ["thread-item", "turn-summary", "lifecycle"].flatMap((observer) =>
      [...(byObserver.get(observer as "lifecycle")?.get(threadId) ?? [])].map((json) => JSON.parse(json) as object),
    );
  };

  it("the page has the examples that are run here, and no others", () => {
    expect([...examples.keys()]).toEqual(Object.keys(commands));
  });

  it.each([
    { name: "library.mjs", threadId: "01900000-0000-7000-8000-000000000001" },
    { name: "kafkajs.mjs", threadId: "01900000-0000-7000-8000-000000000002" },
    { name: "Producing.java", threadId: "01900000-0000-7000-8000-000000000003" },
  ])("$name makes a turn of a question and its answer", ({ threadId }) => {
    const made = jsonOf(threadId);
    expect(made.length).toBeGreaterThanOrEqual(6);
    expect(made).toContainEqual(
      expect.objectContaining({
        payload: { turnId: "turn-1", mutation: expect.objectContaining({ status: "completed" }) },
      }),
    );
    expect(JSON.stringify(made)).toContain("What is new?");
    expect(JSON.stringify(made)).toContain("Nothing.");
  });

  it("the library's example says where its lines are", () => {
    expect(said.get("library.mjs")).toMatch(/^in the log, from position 0 of rollout [0-9a-f-]{36} on\n$/);
  });

  it("of lines of 43 MB the one that is not read changes nothing, and the one that is read is a dead letter", () => {
    const kept = LINES.map((line) => (line === HUGE_ANSWER ? "" : line));
    expect(jsonOf(THREAD)).toEqual(expected(THREAD, THREAD, kept));
    const [letter, ...others] = letters;
    expect(others).toEqual([]);
    expect(letter).toMatchObject({ code: "oversized", threadId: THREAD, position: 4 });
    expect(letter?.reason).toBe(`the line has ${HUGE_ANSWER.length} bytes, which no record can hold`);
  });

  it("a producer that goes on after a crash, by its own rollout and position, causes no mutation twice", () => {
    expect(jsonOf(OTHER_THREAD)).toEqual(expected(OTHER_THREAD, "mine", rollout(OTHER_THREAD)));
  });
});
