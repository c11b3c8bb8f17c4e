import type { Direction, Page, PageRequest } from "../../../src/read-model/index.ts";

/** A list's entries, page by page. */
export async function allPages<T>(
  list: (request: PageRequest) => Promise<Page<T>>,
  limit: number,
  direction: Direction,
): Promise<T[]> {
  const entries: T[] = [];
  let cursor: string | null = null;
  do {
    const page: Page<T> = await list({ cursor, limit, direction });
    if (page.data.length > limit) throw new Error(`a page of ${page.data.length} entries, of at most ${limit}`);
    entries.push(...page.data);
    cursor = page.nextCursor;
  } while (cursor !== null);
  return entries;
}
