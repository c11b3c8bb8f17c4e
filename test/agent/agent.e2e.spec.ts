import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createKafka } from "../../src/kafka/index.ts";
import { type Mutation, OBSERVER_NAMES, type ObserverName } from "../../src/projections/index.ts";
import { SchemaRegistry } from "../../src/schema-registry/index.ts";
import { Deployment, servicesEnv } from "../services/support/deployment.ts";
import { PATIENCE } from "../services/support/group.ts";
import { byThread, type MutationLine, projected } from "../services/support/projected.ts";
import { type Published, publishedMutations } from "../services/support/verifier.ts";
import { OUTPUTS } from "../services/support/workload.ts";
import { items, message } from "./support/answers.ts";
import { type Arrival, Arrivals, mutationReader } from "./support/arrivals.ts";
import { Codex } from "./support/codex.ts";
import { conversationOf } from "./support/conversation.ts";
import { exportTo } from "./support/exported.ts";
import { percentile } from "./support/latencies.ts";
import { ModelServer } from "./support/model-server.ts";
import { finished, runFirst, runOthers, type ScenarioName, type Threads } from "./support/scenarios.ts";
import { Shipper } from "./support/shipper.ts";

const GOAL_COMPLETE_MS = 2_000;
/** Something is broken if it takes longer. */
const LIMIT_MS = 30_000;

describe("the real Codex, shipped while it writes", () => {
  const deployment = new Deployment(servicesEnv());
  const codex = new Codex();
  let model: ModelServer;
  let shipper: Shipper;
  let threads: Threads;
  let expected: ReadonlyMap<ObserverName, readonly MutationLine[]>;
  let published: ReadonlyMap<ObserverName, readonly Published[]>;

  beforeAll(async () => {
    model = await ModelServer.start();
    await deployment.setUp();
    const worker = deployment.worker(...OBSERVER_NAMES);
    await vi.waitFor(async () => expect((await worker.ask("/readyz")).status).toBe(200), PATIENCE);
    await using arrivals = followMutations(deployment);
    const first = await runFirst(codex, model);
    shipper = new Shipper(codex.sessions, deployment);
    const history = await arrivalOfAll(arrivals);
    threads = await runOthers(codex, model, first);
    tell((await arrivalOfAll(arrivals)).slice(history.length), lastWritten(codex));
    published = new Map(await Promise.all(OBSERVER_NAMES.map(async (name) => [name, await readByJava(name)] as const)));
  });

  /** Waits for all that follows from the rollouts as they are; in the order of arrival. */
  async function arrivalOfAll(arrivals: Arrivals<Mutation>): Promise<Arrival<Mutation>[]> {
    expected = await projected(deployment, codex.sessions);
    const ids = [...expected.values()].flat().map(({ mutationId }) => mutationId);
    const arrived = arrivals.all(ids, AbortSignal.timeout(LIMIT_MS));
    return (await Promise.race([arrived, shipper.endsEarly()])).toSorted((a, b) => a.at - b.at);
  }

  afterAll(async () => {
    await shipper.drain();
    await deployment.stop();
    await model[Symbol.asyncDispose]();
    codex[Symbol.dispose]();
  });

  function readByJava(name: ObserverName): Promise<Published[]> {
    return publishedMutations(`${deployment.prefix}.${OUTPUTS[name].topic}`, deployment.env);
  }

  it.each(OBSERVER_NAMES)("%s: what Java reads committed is what `project` makes of the files", (name) => {
    const found = published.get(name) ?? [];
    const wanted = expected.get(name) ?? [];
    expect(found.length).toBe(wanted.length);
    expect(byThread(found)).toEqual(byThread(wanted));
  });

  it("nothing is a dead letter", async () => {
    expect(await deployment.run("consume", "dead-letters", "--json")).toBe("");
  });

  it.each<[ScenarioName, string[]]>([
    ["plain", ["turn.started", "turn.completed", "turn.started", "turn.completed"]],
    ["reasoning", ["turn.started", "turn.completed"]],
    ["commands", ["turn.started", "turn.completed"]],
    ["patches", ["turn.started", "turn.completed"]],
    ["refused", ["turn.started", "turn.failed", "turn.completed"]],
    ["failed", ["turn.started", "turn.failed", "turn.completed"]],
    ["interrupted", ["turn.started", "turn.cancelled"]],
    ["forked", ["turn.started", "turn.completed"]],
  ])("%s: its turns went as they were scripted", (name, events) => {
    expect(found("lifecycle", threads[name], /"eventType":"(turn\.\w+)"/)).toEqual(events);
  });

  it.each<[ScenarioName, string[]]>([
    ["plain", ["userMessage", "agentMessage", "userMessage", "agentMessage"]],
    ["reasoning", ["userMessage", "reasoning", "agentMessage"]],
    ["refused", ["userMessage"]],
    ["failed", ["userMessage"]],
    ["interrupted", ["userMessage"]],
    ["forked", ["userMessage", "commandExecution", "agentMessage"]],
  ])("%s: its items are those that the model was scripted to make", (name, types) => {
    expect(found("thread-item", threads[name], /"materializedThreadItem":\{"type":"(\w+)"/)).toEqual(types);
  });

  /** What a pattern finds in each of a thread's mutations, in order. */
  function found(observer: ObserverName, threadId: string, pattern: RegExp): string[] {
    const mutations = published.get(observer)?.filter((mutation) => mutation.threadId === threadId) ?? [];
    return mutations.flatMap(({ json }) => pattern.exec(json)?.[1] ?? []);
  }

  describe("and exported from the log on another machine", () => {
    const elsewhere = new Codex();

    beforeAll(async () => {
      for (const rollout of codex.rollouts()) await exportTo(elsewhere, rollout, deployment);
    });
    afterAll(() => elsewhere[Symbol.dispose]());

    it("is what Codex wrote, file by file, byte for byte", () => {
      expect(elsewhere.rollouts()).toEqual(codex.rollouts());
      for (const rollout of codex.rollouts())
        expect(contents(elsewhere, rollout).equals(contents(codex, rollout))).toBe(true);
    });

    it.each<[ScenarioName, string[]]>([
      ["plain", ["user: Say hello.", HELLO, "user: Say goodbye.", "assistant: Goodbye."]],
      ["reasoning", ["user: What is 6 × 7?", "reasoning", "assistant: 42"]],
      ["patches", ["user: Change some files.", ...PATCHES, "assistant: Done."]],
      ["interrupted", ["user: Tell a story."]],
      [
        "forked",
        [
          ...["user: Run some commands.", "assistant: Looking around.", ...COMMANDS, "assistant: Done."],
          ...["user: Go another way.", "exec_command: echo elsewhere", "assistant: Done."],
        ],
      ],
    ])("%s: Codex goes on where it was, and the model is told of all that was before", async (name, conversation) => {
      const rollout = elsewhere.rollouts().find((file) => file.includes(threads[name])) ?? "";
      const before = contents(elsewhere, rollout).toString();
      const script = model.script(items(message("So it was.")));

      await finished(elsewhere.resume(script, threads[name], "What was it about?"), script, 0);

      expect(conversationOf(script.requests[0])).toEqual([...conversation, "user: What was it about?"]);
      const after = contents(elsewhere, rollout).toString();
      expect(after.slice(0, before.length)).toBe(before);
      expect(after.slice(before.length)).toContain('"text":"So it was."');
    });
  });

  it("shipping ends in order when it is told to", async () => {
    expect(await shipper.drain()).toBe(0);
  });
});

const HELLO = "assistant: Hello, whoever reads this: ¡olé! 🎉";
const COMMANDS = [
  "exec_command: printf 'one\\ntwo\\n'",
  "exec_command: echo out; echo err >&2; exit 3",
  "exec_command: seq 1 2000",
  "exec_command: true",
];
const PATCHES = [
  ["*** Add File: poem.txt", "+roses", "+violets"],
  ["*** Update File: poem.txt", "*** Move to: verse.txt", "@@", " roses", "-violets", "+thorns"],
  ["*** Update File: absent.txt", "@@", "-a", "+b"],
].map((lines) => `apply_patch: *** Begin Patch\n${lines.join("\n")}\n*** End Patch\n`);

function contents({ sessions }: Codex, rollout: string): Buffer {
  return readFileSync(join(sessions, rollout));
}

function followMutations({ env, prefix }: Deployment): Arrivals<Mutation> {
  const client = createKafka({ brokers: (env.KAFKA_BROKERS ?? "").split(","), clientId: "test" }, () => undefined);
  const topics = Object.values(OUTPUTS).map(({ topic }) => `${prefix}.${topic}`);
  return new Arrivals(client, topics, mutationReader(new SchemaRegistry({ url: env.SCHEMA_REGISTRY_URL ?? "" })));
}

/** How fast it was is told, not judged: whatever else the machine does counts in it. */
function tell(arrivals: readonly Arrival<Mutation>[], written: number): void {
  const latencies = arrivals.map(({ content, at }) => at - Date.parse(content.occurredAt));
  const [p50, p99] = [50, 99].map((percent) => percentile(latencies, percent).toFixed(0));
  const complete = (arrivals.at(-1)?.at ?? Number.NaN) - written;
  process.stdout.write(
    `${latencies.length} mutations, from the time in the line until they could be read: p50 ${p50} ms, p99 ${p99} ms; ` +
      `complete ${complete.toFixed(0)} ms after the last line was written (goal ${GOAL_COMPLETE_MS} ms)\n`,
  );
}

function lastWritten(codex: Codex): number {
  return Math.max(...codex.rollouts().map((rollout) => statSync(join(codex.sessions, rollout)).mtimeMs));
}
