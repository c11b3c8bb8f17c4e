/**
 * The part of Codex's protocol that the tests ask with, by the types that `codex app-server generate-ts` of 0.169.0 prints.
 */
export type SortDirection = "asc" | "desc";
export type TurnItemsView = "notLoaded" | "summary" | "full";

export interface PageParams {
  readonly cursor?: string | null;
  readonly limit?: number | null;
  readonly sortDirection?: SortDirection | null;
}

export interface ThreadTurnsListParams extends PageParams {
  readonly threadId: string;
  readonly itemsView?: TurnItemsView | null;
}

export interface ThreadItemsListParams extends Omit<PageParams, "cursor"> {
  readonly threadId: string;
  readonly turnId?: string | null;
  readonly cursor?: string | { readonly type: "item"; readonly itemId: string } | null;
}

export interface ThreadListParams extends PageParams {
  readonly sortKey?: "created_at" | "updated_at" | "recency_at" | "section_position" | null;
  readonly modelProviders?: readonly string[] | null;
  readonly sourceKinds?: readonly string[] | null;
  readonly cwd?: string | readonly string[] | null;
  readonly searchTerm?: string | null;
  readonly archived?: boolean | null;
  readonly excludedThreadIds?: readonly string[] | null;
  readonly sectionId?: string | null;
  readonly projectId?: string | null;
  readonly parentThreadId?: string | null;
  readonly ancestorThreadId?: string | null;
  readonly attachedToThreadId?: string | null;
}

export interface InitializeParams {
  readonly clientInfo: { readonly name: string; readonly title: string | null; readonly version: string };
  readonly capabilities: { readonly experimentalApi: boolean; readonly requestAttestation: boolean } | null;
}

export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
  readonly backwardsCursor: string | null;
}

export interface ThreadItemEntry {
  readonly turnId: string;
  readonly item: { readonly type: string; readonly id: string };
}

export interface Thread {
  readonly id: string;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly parentThreadId: string | null;
}

/** The methods that the tests call, with what they take and give. */
export interface Methods {
  readonly initialize: { readonly params: InitializeParams; readonly result: { readonly userAgent: string } };
  readonly "thread/list": { readonly params: ThreadListParams; readonly result: Page<Thread> };
  readonly "thread/read": {
    readonly params: { readonly threadId: string; readonly includeTurns?: boolean };
    readonly result: { readonly thread: Thread };
  };
  readonly "thread/turns/list": {
    readonly params: ThreadTurnsListParams;
    readonly result: Page<{ readonly id: string }>;
  };
  readonly "thread/items/list": { readonly params: ThreadItemsListParams; readonly result: Page<ThreadItemEntry> };
}

export type Method = keyof Methods;
