import type { Page, PageRequest, ReadModel } from "../../src/read-model/index.ts";
import { FORK, LONG } from "../../test/read-model/support/big.ts";
import { EVERYTHING } from "../../test/read-model/support/threads.ts";

const { scope } = EVERYTHING;

export interface Kind {
  readonly name: string;
  /** Whether the goal is about it. */
  readonly isGoal: boolean;
  /** Asks once; `n` counts the requests of the kind. */
  readonly ask: (model: ReadModel, n: number) => Promise<unknown>;
}

/** The page size that Codex's clients ask for when they do not say. */
const PAGE = { cursor: null, limit: 25, direction: "descending" } as const;

type List = (model: ReadModel, page: PageRequest) => Promise<Page<unknown>>;

/** One page after the other, from the end to the beginning and over again. */
function paging(list: List): Kind["ask"] {
  let cursor: string | null = null;
  return async (model) => {
    const page = await list(model, { ...PAGE, cursor });
    cursor = page.nextCursor;
  };
}

export const KINDS: readonly Kind[] = [
  {
    name: "turns of the long thread, in short: the last page",
    isGoal: true,
    ask: (model) => model.turns(LONG, { ...PAGE, itemsView: "summary", scope }),
  },
  {
    name: "turns of the long thread, in short: page by page",
    isGoal: true,
    ask: paging((model, page) => model.turns(LONG, { ...page, itemsView: "summary", scope })),
  },
  {
    name: "turns of the long thread with all items: page by page",
    isGoal: true,
    ask: paging((model, page) => model.turns(LONG, { ...page, itemsView: "full", scope })),
  },
  {
    name: "turns of a fork of it, in short: page by page",
    isGoal: true,
    ask: paging((model, page) => model.turns(FORK, { ...page, itemsView: "summary", scope })),
  },
  {
    name: "turns of the others, in short",
    isGoal: true,
    ask: (model, n) => model.turns(`thread-${(n * 7919) % 10_000}`, { ...PAGE, itemsView: "summary", scope }),
  },
  {
    name: "items of the long thread: page by page",
    isGoal: false,
    ask: paging((model, page) => model.items(LONG, { ...page, turnId: null, scope })),
  },
  {
    name: "threads: page by page",
    isGoal: false,
    ask: paging((model, page) => model.threads({ ...EVERYTHING, ...page })),
  },
  {
    name: "threads of a folder",
    isGoal: false,
    ask: (model, n) => model.threads({ ...EVERYTHING, ...PAGE, cwds: [`/w/${n % 100}`], sortBy: "createdAt" }),
  },
  {
    name: "threads that a reader of one folder may see",
    isGoal: false,
    ask: (model, n) => model.threads({ ...EVERYTHING, ...PAGE, scope: { cwds: [`/w/${n % 100}`], sourceKinds: [] } }),
  },
  {
    name: "search: a rare word",
    isGoal: false,
    ask: (model, n) => model.search(`question ${n * 30 + 1}`, EVERYTHING.scope, 25),
  },
  {
    name: "search: a word of every question",
    isGoal: false,
    ask: (model) => model.search("question", EVERYTHING.scope, 25),
  },
];
