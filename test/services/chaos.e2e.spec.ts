import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureServices, removeServices } from "../../scripts/services/index.ts";
import { OBSERVER_NAMES } from "../../src/projections/index.ts";
import { randomOf } from "../worker/support/workload.ts";
import { chaos } from "./support/chaos.ts";
import { Deployment } from "./support/deployment.ts";
import { Faults } from "./support/faults.ts";
import { type Published, publishedMutations } from "./support/verifier.ts";
import { expectedOf, generatedThreads, OUTPUTS } from "./support/workload.ts";

const SECONDS = Number(process.env.CHAOS_SECONDS ?? 180);
const SEED = Number(process.env.CHAOS_SEED ?? 1);
const THREADS = generatedThreads(60, 600, SEED);

/** The services that are to fail are this test's own. Postgres runs as another user, who must get in. */
const folder = mkdtempSync(join(tmpdir(), "thread-history-chaos-"));
chmodSync(folder, 0o755);
const services = { folder: join(folder, "services"), report: () => undefined };

/** The first mutation of each id, by thread; a later one must be the same. */
function firstsByThread(published: readonly Published[]): { threads: Map<string, string[]>; repeated: number } {
  const firsts = new Map<string, string>();
  const threads = new Map<string, string[]>();
  for (const { threadId, mutationId, json } of published) {
    const first = firsts.get(mutationId);
    if (first !== undefined) {
      expect(json).toBe(first);
      continue;
    }
    firsts.set(mutationId, json);
    threads.set(threadId, [...(threads.get(threadId) ?? []), json]);
  }
  return { threads, repeated: published.length - firsts.size };
}

/** Where threads differ: the mutations that only one side has, or else that they are in another order. */
function differences(found: ReadonlyMap<string, string[]>, expected: ReadonlyMap<string, readonly string[]>) {
  return [...new Set([...found.keys(), ...expected.keys()])].flatMap((threadId) => {
    const [got, wanted] = [found.get(threadId) ?? [], expected.get(threadId) ?? []];
    if (isDeepStrictEqual(got, wanted)) return [];
    const [gotSet, wantedSet] = [new Set(got), new Set(wanted)];
    return {
      threadId,
      missing: wanted.filter((one) => !gotSet.has(one)),
      more: got.filter((one) => !wantedSet.has(one)),
    };
  });
}

describe(`chaos for ${SECONDS} seconds (seed ${SEED}): workers, Redis and Kafka fail while records come in`, async () => {
  const deployment = new Deployment({ ...(await ensureServices(services)) });
  const faults = new Faults(deployment, services.folder, randomOf(SEED));

  beforeAll(async () => {
    await deployment.setUp();
    await chaos(deployment, faults, THREADS, SECONDS);
    process.stdout.write(`faults: ${JSON.stringify(faults.counts)}\n`);
  });

  afterAll(async () => {
    await deployment.stop();
    await removeServices(services);
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(OBSERVER_NAMES)(
    "%s: the first of each mutation id is as without faults, in order per thread",
    async (name) => {
      const published = await publishedMutations(`${deployment.prefix}.${OUTPUTS[name].topic}`, deployment.env);
      const { threads, repeated } = firstsByThread(published);
      process.stdout.write(
        `${name}: ${published.length} mutations, of which ${repeated} again, after offsets were reset\n`,
      );
      expect(differences(threads, expectedOf(THREADS).get(name) ?? new Map())).toEqual([]);
    },
  );
});
