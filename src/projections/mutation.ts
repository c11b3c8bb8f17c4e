import type { ShownError, TurnStatus } from "../history/index.ts";
import { type Integer, type JsonText, stringify } from "../json/index.ts";
import type { HistoryMode } from "../rollout/index.ts";

export type ObserverName = "thread-item" | "turn-summary" | "lifecycle";

/** One change of one projection, as it is published (design §4). */
export type Mutation = ThreadItemMutation | TurnSummaryMutation | LifecycleMutation;

interface MutationBase {
  /** `threadId/rolloutId/position/observer/n`, the same on every replay (ADR 0018). */
  readonly mutationId: string;
  /** 0; raised when the thread is rebuilt. */
  readonly generation: number;
  readonly threadId: string;
  readonly rolloutId: string;
  /** Index of the source line in its rollout, from 0. */
  readonly sourcePosition: number;
  /** The source line's time stamp, verbatim. */
  readonly occurredAt: string;
  readonly observerVersion: number;
  readonly schema_version: 1;
}

export interface ThreadItemMutation extends MutationBase {
  readonly type: "thread_item";
  readonly payload: ThreadItemPayload;
}

export interface TurnSummaryMutation extends MutationBase {
  readonly type: "turn_summary";
  readonly payload: TurnSummaryPayload;
}

export interface LifecycleMutation extends MutationBase {
  readonly type: "lifecycle";
  readonly payload: LifecyclePayload;
}

/** An item of a turn appeared, changed or went (projections §2.1). */
export interface ThreadItemPayload {
  readonly turnId: string;
  readonly itemKey: string;
  /** Place among the thread's items, from 1. */
  readonly itemOrdinal: number;
  readonly mutationKind: "upsert" | "tombstone";
  /** Whether the item still waits for its end. */
  readonly isOpen: boolean;
  /** The whole item in the shape of Codex 0.169.0; null for a tombstone. */
  readonly materializedThreadItem: JsonText | null;
}

/** A turn's summary changed, or the turn went: then the mutation is null (projections §3.1, ADR 0005, ADR 0016). */
export interface TurnSummaryPayload {
  readonly turnId: string;
  readonly mutation: TurnSummary | null;
}

export interface TurnSummary {
  readonly status: TurnStatus;
  /** Seconds since the epoch. */
  readonly startedAt: Integer | null;
  readonly completedAt: Integer | null;
  readonly durationMs: Integer | null;
  readonly error: ShownError | null;
  readonly rootTurnId: string | null;
  /** Place among the thread's turns, from 1. */
  readonly turnOrdinal: number;
}

/** Something happened to a thread or a turn (projections §4.1, ADR 0016). */
export type LifecyclePayload =
  | { readonly eventType: "thread.started"; readonly turnId: null; readonly payload: ThreadStarted }
  | {
      readonly eventType: "turn.started";
      readonly turnId: string;
      readonly payload: { readonly startedAt: Integer | null };
    }
  | {
      readonly eventType: "turn.completed";
      readonly turnId: string;
      readonly payload: { readonly completedAt: Integer | null; readonly durationMs: Integer | null };
    }
  | {
      readonly eventType: "turn.cancelled";
      readonly turnId: string;
      readonly payload: {
        readonly reason: string;
        readonly completedAt: Integer | null;
        readonly durationMs: Integer | null;
      };
    }
  | {
      readonly eventType: "turn.failed";
      readonly turnId: string;
      readonly payload: { readonly message: string; readonly codexErrorInfo: string | object | null };
    }
  | {
      readonly eventType: "thread.rolled_back";
      readonly turnId: null;
      readonly payload: { readonly numTurns: number };
    };

export interface ThreadStarted {
  readonly rolloutId: string;
  readonly cwd: string;
  readonly source: JsonText | null;
  readonly originator: string;
  readonly cliVersion: string;
  readonly modelProvider: string | null;
  readonly historyMode: HistoryMode;
  readonly forkedFromId: string | null;
  readonly historyBase: { readonly threadId: string; readonly endOrdinalExclusive: Integer } | null;
  readonly parentThreadId: string | null;
  readonly agentNickname: string | null;
  readonly agentRole: string | null;
  readonly git: {
    readonly commitHash: string | null;
    readonly branch: string | null;
    readonly repositoryUrl: string | null;
  } | null;
}

/** The canonical JSON of a mutation: two equal mutations have equal bytes. */
export function mutationJson(mutation: Mutation): string {
  return stringify(mutation);
}
