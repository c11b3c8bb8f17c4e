import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { mutationJson, OBSERVER_NAMES, type ObserverName } from "../../src/projections/index.ts";
import { mutationsOf, observedLines, type TestRollout } from "../support/threads.ts";
import { randomOf } from "../worker/support/workload.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { rowsOf, ShipConsumer } from "./support/ship-consumer.ts";
import { type FinalThread, RolloutFolder } from "./support/ship-files.ts";
import { type LoggedLine, loggedLines } from "./support/ship-log.ts";
import { IMPATIENT, ShipProcess } from "./support/ship-process.ts";
import { type Published, publishedDeadLetters, publishedMutations } from "./support/verifier.ts";
import { OUTPUTS } from "./support/workload.ts";

/** `ship` is killed so often; fewer with SHIP_ROUNDS. */
const ROUNDS = Number(process.env.SHIP_ROUNDS ?? 200);
const SEED = Number(process.env.SHIP_SEED ?? Date.now() % 1_000_000);
/** It takes some time to start; some rounds end before it did. */
const LONGEST_ROUND_MS = 2_500;
const SHORTEST_ROUND_MS = 700;
const PAUSE_MS = 40;

/** What may be said of files that are cut, replaced and copied. */
const WELL = [
  /; follows what comes$/,
  /: its content was replaced: it is shipped from its beginning, as /,
  /: is a copy of what another file of this rollout holds: nothing of it is shipped$/,
  /: its last line is not whole yet: it is left out until it is$/,
];

describe(`ship, killed ${ROUNDS} times while files change (SHIP_SEED=${SEED})`, () => {
  const env = { ...servicesEnv(), ...IMPATIENT, THREAD_HISTORY_SHIP_LINE_END_MS: "200" };
  const deployment = new Deployment({ ...env, THREAD_HISTORY_TOPICS_PARTITIONS: "3" });
  const random = randomOf(SEED);
  const folder = new RolloutFolder(join(deployment.folder, "codex"), SEED, random);
  const consumer = new ShipConsumer();
  const complaints: string[] = [];
  let log: LoggedLine[];
  let final: FinalThread[];

  const round = async () => {
    for (let steps = random() * 6; steps > 0; steps--) folder.step();
    const ship = new ShipProcess(deployment, [folder.path]);
    const until = Date.now() + SHORTEST_ROUND_MS + random() * (LONGEST_ROUND_MS - SHORTEST_ROUND_MS);
    while (Date.now() < until) {
      folder.step();
      await sleep(random() * PAUSE_MS);
    }
    await ship.kill();
    complaints.push(...ship.stderr.split("\n").filter((line) => line !== "" && !WELL.some((well) => well.test(line))));
  };

  beforeAll(async () => {
    await deployment.setUp();
    for (let n = 0; n < ROUNDS; n++) await round();
    folder.finish();
    await deployment.run("ship", "--once", folder.path);
    final = folder.final();
    await deployment.run("worker", "--once");
    log = await loggedLines(deployment);
    for (const line of log) consumer.take(line);
    process.stdout.write(
      `${log.length} records, ${consumer.repeated} of them repeated; ${JSON.stringify([...folder.done])}\n`,
    );
  });
  afterAll(() => deployment.stop());

  it("gives each position one line, leaves no gap, and sends nothing late", () => {
    expect(consumer.complaints).toEqual([]);
  });

  it("sends the rollouts of a thread in the order of their names", () => {
    for (const { threadId, rollouts } of final) {
      const newest = rollouts.map(({ rolloutId }) => consumer.newest(threadId, rolloutId).rolloutId);
      const begun = consumer.contents(threadId).map(({ rolloutId }) => rolloutId);
      expect(begun.filter((rolloutId) => newest.includes(rolloutId))).toEqual(newest);
    }
  });

  it("complains of nothing that is well", () => {
    expect(complaints).toEqual([]);
  });

  it("sends nothing that never stood in a file", () => {
    expect(log.filter(({ threadId, line }) => !folder.wasWritten(threadId, line))).toEqual([]);
  });

  it("has sent each line that stands in a file, in order, as the newest content of its rollout", () => {
    for (const { threadId, rollouts } of final)
      for (const { rolloutId, lines } of rollouts)
        expect({ rolloutId, lines: consumer.newest(threadId, rolloutId).lines }).toEqual({ rolloutId, lines });
  });

  it("sends nothing when it is run again", async () => {
    expect(await deployment.run("ship", "--once", folder.path)).toMatch(/^shipped 0 files: 0 lines/);
  });

  describe("consumers", () => {
    let published: Map<ObserverName, Published[]>;
    const jsonOf = (threadId: string, rollouts: readonly TestRollout[]) =>
      mutationsOf(observedLines(threadId, rollouts)).map((mutation) => ({
        type: mutation.type,
        json: mutationJson(mutation),
      }));
    const emitted = (name: ObserverName, thread: FinalThread) =>
      (published.get(name) ?? []).filter(({ threadId }) => threadId === thread.threadId).map(({ json }) => json);

    beforeAll(async () => {
      const topics = OBSERVER_NAMES.map(async (name) => {
        const topic = `${deployment.prefix}.${OUTPUTS[name].topic}`;
        return [name, await publishedMutations(topic, deployment.env)] as const;
      });
      published = new Map(await Promise.all(topics));
    });

    it("see no mutation twice", () => {
      const ids = [...published.values()].flat().map(({ mutationId }) => mutationId);
      expect(new Set(ids).size).toBe(ids.length);
    });

    it("find no line that contradicts another one, or comes late", async () => {
      const letters = await publishedDeadLetters(`${deployment.prefix}.dead-letters`, deployment.env);
      expect(letters.filter(({ code }) => code === "conflict" || code === "late")).toEqual([]);
    });

    it.each(OBSERVER_NAMES)("%s: see what one process makes of what was sent, byte for byte", (name) => {
      for (const thread of final) {
        const expected = jsonOf(thread.threadId, consumer.contents(thread.threadId));
        const ofThis = expected.filter(({ type }) => type === OUTPUTS[name].type);
        expect(emitted(name, thread)).toEqual(ofThis.map(({ json }) => json));
      }
    });

    it("end with the turns and items of the files as they are in the end", () => {
      for (const thread of final.filter(({ isPlain }) => isPlain)) {
        const { threadId, rollouts } = thread;
        const newest = rollouts.map(({ rolloutId, lines }) => ({ ...consumer.newest(threadId, rolloutId), lines }));
        const rows = rowsOf(OBSERVER_NAMES.flatMap((name) => emitted(name, thread)));
        expect({ threadId, rows }).toEqual({
          threadId,
          rows: rowsOf(jsonOf(threadId, newest).map(({ json }) => json)),
        });
      }
    });
  });
});
