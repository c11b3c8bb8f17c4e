import { globSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OBSERVER_NAMES } from "../../src/projections/index.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { byThread, projected } from "./support/projected.ts";
import { publishedMutations } from "./support/verifier.ts";
import { expectedOf, Feed, generatedThreads, OUTPUTS, rounds } from "./support/workload.ts";

const CORPUS = globSync(join(import.meta.dirname, "../corpus/*/rollout.jsonl")).sort();

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
      const ofFiles = byThread((await projected(deployment, ...CORPUS)).get(name) ?? []);
      const expected = new Map([...ofFiles, ...(expectedOf(generated).get(name) ?? [])]);
      expect(new Set(published.map(({ mutationId }) => mutationId)).size).toBe(published.length);
      expect(published.length).toBe([...expected.values()].reduce((sum, list) => sum + list.length, 0));
      expect(byThread(published)).toEqual(expected);
    },
  );
});
