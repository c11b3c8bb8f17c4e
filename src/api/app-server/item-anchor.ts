import type { Direction, ItemRow, Page } from "../../read-model/index.ts";
import { MAX_PAGE, type Reading } from "./reading.ts";

interface Wanted {
  readonly threadId: string;
  readonly turnId: string;
  readonly direction: Direction;
  readonly itemId: string;
}

/** Where the list of a turn's items goes on after this one: null where there is no such item, `nextCursor` null at the end. */
export async function itemAnchor(
  { readModel, scope }: Reading,
  { threadId, itemId, ...list }: Wanted,
): Promise<{ readonly nextCursor: string | null } | null> {
  let cursor: string | null = null;
  do {
    const page: Page<ItemRow> = await readModel.items(threadId, { ...list, cursor, limit: MAX_PAGE, scope });
    const found = page.data.findIndex(({ itemKey }) => itemKey === itemId);
    if (found >= 0) return readModel.items(threadId, { ...list, cursor, limit: found + 1, scope });
    cursor = page.nextCursor;
  } while (cursor !== null);
  return null;
}
