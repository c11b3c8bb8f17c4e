/** JSON of the read API (`/v1/openapi.json`), as far as the viewer reads it. */

export interface Page<T> {
  readonly data: readonly T[];
  readonly nextCursor: string | null;
  readonly backwardsCursor: string | null;
}

export interface Thread {
  readonly threadId: string;
  readonly createdAtMs: number;
  readonly updatedAtMs: number;
  readonly status: string | null;
  readonly preview: string;
  readonly rolloutId: string | null;
  readonly cwd: string | null;
  readonly source: unknown;
  readonly sourceKind: string | null;
  readonly originator: string | null;
  readonly cliVersion: string | null;
  readonly modelProvider: string | null;
  readonly historyMode: string | null;
  readonly forkedFromId: string | null;
  readonly parentThreadId: string | null;
  readonly agentNickname: string | null;
  readonly agentRole: string | null;
  readonly git: {
    readonly commitHash: string | null;
    readonly branch: string | null;
    readonly repositoryUrl: string | null;
  } | null;
}

export interface Turn {
  readonly id: string;
  readonly ordinal: number | null;
  readonly status: string | null;
  readonly error: TurnError | null;
  /** Seconds since the epoch. */
  readonly startedAt: number | null;
  readonly completedAt: number | null;
  readonly durationMs: number | null;
}

export interface TurnError {
  readonly message: string;
  readonly codexErrorInfo?: unknown;
  readonly additionalDetails?: string | null;
}

/** An item as Codex writes it: what else it has depends on its type, and on who wrote it, so nothing of it is relied on. */
export type ItemContent = { readonly [field: string]: unknown };

export interface Item {
  readonly turnId: string;
  readonly ordinal: number | null;
  readonly isOpen: boolean;
  readonly item: ItemContent | null;
}

export interface LifecycleEvent {
  readonly threadId: string;
  readonly turnId: string | null;
  readonly eventType: string;
  readonly payload: { readonly [field: string]: unknown };
  readonly occurredAt: string;
}

export type Change =
  | { readonly type: "thread"; readonly thread: Thread }
  | { readonly type: "turn"; readonly turn: Turn & { readonly threadId: string; readonly isRemoved: boolean } }
  | {
      readonly type: "item";
      readonly item: Item & { readonly threadId: string; readonly itemKey: string; readonly isRemoved: boolean };
    }
  | { readonly type: "lifecycle"; readonly event: LifecycleEvent };

export interface SearchHit {
  readonly thread: Thread;
  readonly item: Item;
}

export interface ObserverStatus {
  readonly observer: string;
  readonly partition: number;
  readonly phase: string | null;
  readonly detail: string | null;
  readonly position: number | null;
  readonly end: number | null;
  readonly rebuildRemaining: number | null;
}

export interface QuarantinedThread {
  readonly observer: string;
  readonly partition: number;
  readonly offset: number;
  readonly threadId: string;
  readonly reason: string;
  readonly action: string;
}

export interface DeadLetter {
  readonly observer: string;
  readonly code: string;
  readonly reason: string;
  readonly threadId: string | null;
  readonly rolloutId: string | null;
  readonly position: number | null;
  readonly sourcePartition: number;
  readonly sourceOffset: number;
  readonly recordedAtMs: number;
}
