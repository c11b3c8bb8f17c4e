import { compareTurns, type Difference } from "../../../conformance/src/compare.ts";
import { member, readJson, sourceOf } from "../../../conformance/src/json.ts";
import type { Page, PageParams, SortDirection } from "./protocol.ts";
import type { Answer, ProtocolClient } from "./protocol-client.ts";

type ListMethod = "thread/list" | "thread/turns/list" | "thread/items/list";

/** A list that is paged through on both sides. */
export interface List {
  readonly method: ListMethod;
  readonly params: object;
  readonly limit: number;
  readonly sortDirection: SortDirection;
}

/** Where two answers part, and at which request. */
export interface PageDifference extends Difference {
  readonly request: string;
}

export interface Sides {
  readonly codex: ProtocolClient;
  readonly ours: ProtocolClient;
}

const OPPOSITE = { asc: "desc", desc: "asc" } as const;

/** Far more pages than any list of the tests has: an end that does not come is a difference, too. */
const MAX_PAGES = 2000;

/** So many pages of a list are gone back from: those further on would show nothing else. */
const PAGES_TURNED = 4;

/**
 * Pages through a list on both sides, each by its own cursors, and from each page once back by `backwardsCursor`: the first
 * difference, cursors apart; of these only whether there is one.
 */
export async function comparePages(sides: Sides, list: List): Promise<PageDifference | undefined> {
  let cursors: Cursors = { codex: null, ours: null };
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const { difference, codex, ours } = await comparePage(sides, list, cursors);
    if (difference !== undefined || codex === undefined || ours === undefined) return difference;
    if (pages < PAGES_TURNED) {
      const turned = await compareBack(sides, list, { codex: codex.backwardsCursor, ours: ours.backwardsCursor });
      if (turned !== undefined) return turned;
    }
    cursors = { codex: codex.nextCursor, ours: ours.nextCursor };
    if (cursors.codex === null) return undefined;
  }
  return { request: requestText(list, null), path: "pages", codex: "no end", ours: "no end" };
}

interface Cursors {
  readonly codex: string | null;
  readonly ours: string | null;
}

async function compareBack(sides: Sides, list: List, cursors: Cursors): Promise<PageDifference | undefined> {
  if (cursors.codex === null) return undefined;
  const back = { ...list, limit: Math.min(list.limit, 2), sortDirection: OPPOSITE[list.sortDirection] };
  return (await comparePage(sides, back, cursors)).difference;
}

interface Compared {
  readonly difference?: PageDifference;
  readonly codex?: Page<unknown>;
  readonly ours?: Page<unknown>;
}

async function comparePage(sides: Sides, list: List, cursors: Cursors): Promise<Compared> {
  const [codex, ours] = await Promise.all([
    sides.codex.ask<Page<unknown>>(list.method, paramsOf(list, cursors.codex)),
    sides.ours.ask<Page<unknown>>(list.method, paramsOf(list, cursors.ours)),
  ]);
  const difference = answersDiffer(codex, ours);
  if (difference !== undefined) return { difference: { request: requestText(list, cursors.codex), ...difference } };
  return "result" in codex && "result" in ours ? { codex: codex.result, ours: ours.result } : {};
}

function paramsOf({ params, limit, sortDirection }: List, cursor: string | null): PageParams {
  return { ...params, limit, sortDirection, cursor };
}

function requestText(list: List, cursor: string | null): string {
  return `${list.method} ${JSON.stringify(paramsOf(list, cursor))}`;
}

function answersDiffer(codex: Answer<Page<unknown>>, ours: Answer<Page<unknown>>): Difference | undefined {
  if ("error" in codex || "error" in ours) return refusalsDiffer(codex, ours);
  for (const cursor of ["nextCursor", "backwardsCursor"] as const)
    if ((codex.result[cursor] === null) !== (ours.result[cursor] === null))
      return { path: cursor, codex: String(codex.result[cursor]), ours: String(ours.result[cursor]) };
  const [theirs, own] = [dataOf(codex), dataOf(ours)];
  return theirs === own ? undefined : compareTurns(theirs, own);
}

/** Two refusals are alike when their code is. */
function refusalsDiffer(codex: Answer<unknown>, ours: Answer<unknown>): Difference | undefined {
  const [theirs, own] = [codeOf(codex), codeOf(ours)];
  return theirs === own ? undefined : { path: "error.code", codex: codex.text, ours: ours.text };
}

function codeOf(answer: Answer<unknown>): number | null {
  return "error" in answer ? answer.error.code : null;
}

function dataOf({ text }: Answer<unknown>): string {
  const data = member(member(readJson(text), "result"), "data");
  if (data === undefined) throw new Error(`no list: ${text.slice(0, 400)}`);
  return sourceOf(text, data);
}
