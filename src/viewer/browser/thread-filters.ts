import type { QueryValue } from "./api.ts";
import type { Thread } from "./types.ts";

/** Which threads are shown: as the address says, so that a filtered list can be linked to. */
export interface Filters {
  /** Words that messages hold. */
  readonly words: string;
  readonly cwd: string;
  readonly sourceKind: string;
  readonly status: string;
  /** How far back, in days; 0: without end. */
  readonly days: number;
}

export const NO_FILTERS: Filters = { words: "", cwd: "", sourceKind: "", status: "", days: 0 };

const DAY_MS = 86_400_000;

export function filtersOf(query: URLSearchParams): Filters {
  const days = Number(query.get("days"));
  return {
    words: query.get("q") ?? "",
    cwd: query.get("cwd") ?? "",
    sourceKind: query.get("source") ?? "",
    status: query.get("status") ?? "",
    days: Number.isInteger(days) && days > 0 && days < 10_000 ? days : 0,
  };
}

export function filtersHref({ words, cwd, sourceKind, status, days }: Filters): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({
    q: words,
    cwd,
    source: sourceKind,
    status,
    days: days === 0 ? "" : String(days),
  }))
    if (value !== "") query.set(name, value);
  return query.size === 0 ? "/" : `/?${query}`;
}

export function queryOf({ words, cwd, sourceKind, status, days }: Filters, nowMs: number): Record<string, QueryValue> {
  const from = days === 0 ? null : nowMs - days * DAY_MS;
  return { search: words.trim(), cwd, sourceKind, status, from };
}

/** Whether a thread that changed is one of those shown; what it was searched for only the server knows. */
export function isShown(thread: Thread, { cwd, sourceKind, status, days }: Filters, nowMs: number): boolean {
  return (
    (cwd === "" || thread.cwd === cwd) &&
    (sourceKind === "" || thread.sourceKind === sourceKind) &&
    (status === "" || thread.status === status) &&
    (days === 0 || thread.updatedAtMs >= nowMs - days * DAY_MS)
  );
}
