import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OBSERVER_NAMES, type ObserverName } from "../../src/projections/index.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { type Published, publishedMutations } from "./support/verifier.ts";
import { expectedOf, Feed, generatedThreads, OUTPUTS, rounds } from "./support/workload.ts";

const CORPUS = globSync(join(import.meta.dirname, "../corpus/*/rollout.jsonl")).sort();

/** Mutations by thread, in the order of their partition. */
function byThread(list: readonly Published[]): Map<string, string[]> {
  const threads = new Map<string, string[]>();
  for (const { threadId, json } of list) {
    const known = threads.get(threadId);
    if (known === undefined) threads.set(threadId, [json]);
    else known.push(json);
  }
  return threads;
}

/** What `project --emit mutations` prints, by thread. */
async function projected(deployment: Deployment, observer: ObserverName): Promise<Map<string, string[]>> {
  const out = join(deployment.folder, "projected");
  await deployment.run("project", "--emit", "mutations", "--out", out, ...CORPUS);
  const lines = readFileSync(join(out, `${OUTPUTS[observer].topic}.jsonl`), "utf8")
    .split("\n")
    .filter(Boolean);
  return byThread(lines.map((json) => ({ ...JSON.parse(json), json })));
}

describe("the round trip: files and generated threads through Kafka, three processes to an observer", () => {
  const deployment = new Deployment(servicesEnv());
  const generated = generatedThreads(200, 1_000, 20_261_122);

  beforeAll(async () => {
    await deployment.setUp();
    for (const observer of OBSERVER_NAMES) for (let n = 0; n < 3; n++) deployment.worker(observer);
    await deployment.run("ship", "--once", ...CORPUS);
    const feed = await Feed.open(deployment);
    for (const records of rounds(generated, 5)) await feed.send(records);
    await feed.close();
    await deployment.run("worker", "--once");
    await deployment.stop();
  });
  afterAll(() => deployment.stop());

  it.each(OBSERVER_NAMES)(
    "%s: what Java reads committed is what one process makes of it, byte for byte",
    async (name) => {
      const published = await publishedMutations(`${deployment.prefix}.${OUTPUTS[name].topic}`, deployment.env);
      const expected = new Map([...(await projected(deployment, name)), ...(expectedOf(generated).get(name) ?? [])]);
      expect(new Set(published.map(({ mutationId }) => mutationId)).size).toBe(published.length);
      expect(published.length).toBe([...expected.values()].reduce((sum, list) => sum + list.length, 0));
      expect(byThread(published)).toEqual(expected);
    },
  );
});
