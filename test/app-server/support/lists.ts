import type { RolloutFile } from "../../../conformance/src/rollout-file.ts";
import type { List } from "./compared-pages.ts";

const LIMITS = [1, 7, 100];
const DIRECTIONS = ["asc", "desc"] as const;
const VIEWS = ["notLoaded", "summary", "full"] as const;

/** Every list of a thread, with every size of page, in both directions. */
export function listsOf({ threadId }: RolloutFile): List[] {
  return LIMITS.flatMap((limit) =>
    DIRECTIONS.flatMap((sortDirection): List[] => [
      ...VIEWS.map(
        (itemsView): List => ({
          method: "thread/turns/list",
          params: { threadId, itemsView },
          limit,
          sortDirection,
        }),
      ),
      { method: "thread/items/list", params: { threadId }, limit, sortDirection },
    ]),
  );
}
