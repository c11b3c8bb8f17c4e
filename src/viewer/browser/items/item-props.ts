import type { ItemContent } from "../types.ts";

/** What is known to show an item. */
export interface ItemProps {
  readonly item: ItemContent;
  /** Whether it goes on. */
  readonly isOpen: boolean;
  /** The thread's working directory. */
  readonly cwd: string | null;
}
