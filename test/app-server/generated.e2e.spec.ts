import { afterEach, describe, expect, it } from "vitest";
import { chosen } from "../../conformance/src/generator/families.ts";
import { makeGroup } from "../../conformance/src/generator/groups.ts";
import { Random } from "../../conformance/src/random.ts";
import type { RolloutFile, RolloutGroup } from "../../conformance/src/rollout-file.ts";
import { comparePages, type PageDifference } from "./support/compared-pages.ts";
import { isKnown } from "./support/known-differences.ts";
import { listsOf } from "./support/lists.ts";
import { BothServers } from "./support/sides.ts";

const { APP_SERVER_THREADS = "60", APP_SERVER_SEED = "1" } = process.env;

/** What Codex has seen it keeps in mind: a home of its own for so many. */
const BATCH = 50;

const FAMILIES = chosen([], []);

const groups = Array.from(
  { length: Number(APP_SERVER_THREADS) },
  (_, index) => makeGroup("paginated", FAMILIES, new Random(`${APP_SERVER_SEED}/app-server/${index}`)).files,
);

const batches = Array.from({ length: Math.ceil(groups.length / BATCH) }, (_, n) => ({
  first: n * BATCH,
  batch: groups.slice(n * BATCH, (n + 1) * BATCH),
}));

let servers: BothServers | null = null;

afterEach(async () => {
  await servers?.close();
  servers = null;
});

interface Tally {
  equal: number;
  known: number;
  readonly different: PageDifference[];
}

describe(`generated threads, seed ${APP_SERVER_SEED}`, () => {
  it.each(batches)("have the pages that the real app-server has, from $first on", async ({ batch }) => {
    servers = await BothServers.start(batch.flat());
    const tally: Tally = { equal: 0, known: 0, different: [] };
    for (const group of batch) await compareGroup(servers, group, tally);
    expect(tally.different).toEqual([]);
    // Else the differences that are known, or what Codex does not read, hide the rest.
    expect(tally.equal / batch.length).toBeGreaterThan(0.75);
    expect(tally.known / batch.length).toBeLessThan(0.25);
  });
});

async function compareGroup(both: BothServers, group: RolloutGroup, tally: Tally): Promise<void> {
  for (const file of group.filter((one) => one.asked && !both.unread.has(one))) {
    const differences = await differencesOf(both, file);
    const other = differences.find((difference) => !isKnown(difference, group));
    if (other !== undefined) tally.different.push(other);
    else if (differences.length > 0) tally.known += 1;
    else tally.equal += 1;
  }
}

async function differencesOf(both: BothServers, file: RolloutFile): Promise<PageDifference[]> {
  const differences: PageDifference[] = [];
  for (const list of listsOf(file)) {
    const difference = await comparePages(both, list);
    if (difference !== undefined) differences.push(difference);
  }
  return differences;
}
