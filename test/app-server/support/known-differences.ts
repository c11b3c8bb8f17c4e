import { KNOWN_DIFFERENCES } from "../../../conformance/src/known-differences.ts";
import type { RolloutFile, RolloutGroup } from "../../../conformance/src/rollout-file.ts";
import type { PageDifference } from "./compared-pages.ts";

/** A difference of pages that stays. Codex gives every turn and item an id of its own, so none of them is met in practice. */
interface KnownPageDifference {
  readonly what: string;
  readonly why: string;
  readonly covers: (difference: PageDifference, group: RolloutGroup) => boolean;
}

const OF_PAGES: readonly KnownPageDifference[] = [
  {
    what: "the summary of a turn in which an item id came again as an item of another kind",
    why: "Codex notes which message is the first when it comes and does not look again; rows hold what the item is now",
    covers: ({ request }, group) => isSummary(request) && threadsOf(group).some(hasItemOfTwoKinds),
  },
  {
    what: "the summary of a turn that began again after a revert",
    why: "Codex looks among the items of the rollout that it began again in; rows hold where a turn began first",
    covers: ({ request }, group) => isSummary(request) && threadsOf(group).some(hasTurnInTwoRollouts),
  },
  {
    what: "an item of a turn that came again after a revert",
    why: "Codex keeps a row of each rollout and lists both; here the item is one (D24)",
    covers: (_difference, group) => threadsOf(group).some(hasItemInTwoRollouts),
  },
];

/** Whether a difference is one that stays. */
export function isKnown(difference: PageDifference, group: RolloutGroup): boolean {
  const known = [...KNOWN_DIFFERENCES, ...OF_PAGES];
  return known.some(({ covers }) => covers(difference, group));
}

function isSummary(request: string): boolean {
  return request.includes('"itemsView":"summary"');
}

/** What the lines of a rollout name: turns, and items with their kinds. */
interface Named {
  readonly turns: ReadonlySet<string>;
  readonly items: ReadonlyMap<string, ReadonlySet<string>>;
}

/** The rollouts of each thread. */
function threadsOf(group: RolloutGroup): Named[][] {
  const byThread = Map.groupBy(group, ({ threadId }) => threadId);
  return [...byThread.values()].map((rollouts) => rollouts.map(namedIn));
}

function hasItemOfTwoKinds(rollouts: readonly Named[]): boolean {
  const kinds = new Map<string, Set<string>>();
  for (const { items } of rollouts)
    for (const [id, of] of items) kinds.set(id, new Set([...(kinds.get(id) ?? []), ...of]));
  return [...kinds.values()].some((of) => of.size > 1);
}

function hasTurnInTwoRollouts(rollouts: readonly Named[]): boolean {
  return hasRepeat(rollouts.map(({ turns }) => turns));
}

function hasItemInTwoRollouts(rollouts: readonly Named[]): boolean {
  return hasRepeat(rollouts.map(({ items }) => new Set(items.keys())));
}

function hasRepeat(sets: readonly ReadonlySet<string>[]): boolean {
  const all = sets.flatMap((set) => [...set]);
  return new Set(all).size < all.length;
}

interface Line {
  readonly payload?: null | {
    readonly type?: unknown;
    readonly turn_id?: unknown;
    readonly item?: { readonly type?: unknown; readonly id?: unknown; readonly phase?: unknown } | null;
  };
}

function namedIn({ text }: RolloutFile): Named {
  const turns = new Set<string>();
  const items = new Map<string, Set<string>>();
  for (const { payload } of text.split("\n").flatMap(lineIn)) {
    const { turn_id: turnId, item } = payload ?? {};
    if (typeof turnId !== "string") continue;
    if (item === undefined) turns.add(turnId);
    else if (item === null) continue;
    else {
      const id = JSON.stringify([turnId, item.id]);
      items.set(id, new Set([...(items.get(id) ?? []), JSON.stringify([item.type, item.phase ?? null])]));
    }
  }
  return { turns, items };
}

/** Lines that are no JSON are part of what is generated. */
function lineIn(text: string): Line[] {
  try {
    const line = JSON.parse(text) as Line | null;
    return typeof line === "object" && line !== null ? [line] : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}
