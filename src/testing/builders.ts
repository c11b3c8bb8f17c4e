import type { ResetOutcome } from "../consumer/index.ts";
import type { TurnStatus } from "../history/index.ts";
import { JsonText } from "../json/index.ts";
import {
  type LifecycleMutation,
  type LifecyclePayload,
  mutationsOf,
  type ObservedLine,
  type ThreadItemMutation,
  type ThreadStarted,
  type TurnSummary,
  type TurnSummaryMutation,
} from "../projections/index.ts";
import { generationStart } from "../read-model/index.ts";

/** Where a mutation comes from. All have defaults. */
export interface BuiltFrom {
  readonly threadId?: string;
  /** @default the thread's id, as of a thread's first rollout */
  readonly rolloutId?: string;
  /** Index of the source line in its rollout. @default 0 */
  readonly sourcePosition?: number;
  readonly generation?: number;
  readonly occurredAt?: string;
}

export const TEST_THREAD = "01900000-0000-7000-8000-000000000001";
export const TEST_TURN = "turn-1";
const TIME = "2026-01-01T00:00:00.000Z";
/** 2026-01-01, in seconds. */
const SECONDS = 1_767_225_600;

interface BuiltItem extends BuiltFrom {
  readonly turnId?: string;
  readonly itemKey?: string;
  readonly itemOrdinal?: number;
}

/** An item as it is now. @default an agent message "Hello." */
export function itemUpsert({
  item,
  isOpen = false,
  ...from
}: BuiltItem & { readonly item?: object; readonly isOpen?: boolean } = {}): ThreadItemMutation {
  const { turnId = TEST_TURN, itemKey = "item-1", itemOrdinal = 1 } = from;
  const shown = item ?? agentMessage(itemKey, "Hello.");
  const materializedThreadItem = new JsonText(JSON.stringify(shown));
  const payload = { turnId, itemKey, itemOrdinal, mutationKind: "upsert", isOpen, materializedThreadItem } as const;
  return only(mutationsOf({ items: [payload], summaries: [], events: [] }, lineOf(from)), "thread_item");
}

/** An item that a rollback or a revert took away. */
export function itemTombstone(from: BuiltItem = {}): ThreadItemMutation {
  const { turnId = TEST_TURN, itemKey = "item-1", itemOrdinal = 1 } = from;
  const kind = { mutationKind: "tombstone", isOpen: false, materializedThreadItem: null } as const;
  const payload = { turnId, itemKey, itemOrdinal, ...kind };
  return only(mutationsOf({ items: [payload], summaries: [], events: [] }, lineOf(from)), "thread_item");
}

/** What an agent says, as an item. */
export function agentMessage(id: string, text: string, phase: "commentary" | "final_answer" | null = null): object {
  const rest = { memoryCitation: null, delivery: null, questions: null };
  return { type: "agentMessage", moderation: null, id, text, phase, ...rest };
}

/** What a user says, as an item. */
export function userMessage(id: string, text: string): object {
  return { type: "userMessage", id, clientId: null, content: [{ type: "text", text, text_elements: [] }] };
}

/** A turn as it is now. @default in progress, or ended a second later if its status says so */
export function turnUpsert(
  from: BuiltFrom & { readonly turnId?: string; readonly status?: TurnStatus } & Partial<TurnSummary> = {},
): TurnSummaryMutation {
  const { turnId = TEST_TURN, status = "inProgress", turnOrdinal = 1, startedAt = SECONDS } = from;
  const { error = null, rootTurnId = null } = from;
  const ends = status === "inProgress" ? NOT_ENDED : { completedAt: SECONDS + 1, durationMs: 1_000 };
  const { completedAt = ends.completedAt, durationMs = ends.durationMs } = from;
  const mutation = { status, startedAt, completedAt, durationMs, error, rootTurnId, turnOrdinal };
  const line = lineOf(from);
  return only(mutationsOf({ items: [], summaries: [{ turnId, mutation }], events: [] }, line), "turn_summary");
}

const NOT_ENDED = { completedAt: null, durationMs: null };

/** A turn that a rollback or a revert took away. */
export function turnTombstone(from: BuiltFrom & { readonly turnId?: string } = {}): TurnSummaryMutation {
  const payload = { turnId: from.turnId ?? TEST_TURN, mutation: null };
  return only(mutationsOf({ items: [], summaries: [payload], events: [] }, lineOf(from)), "turn_summary");
}

/** A lifecycle event, by its payload; `threadStarted` makes that of a thread's first event. */
export function lifecycleEvent(payload: LifecyclePayload, from: BuiltFrom = {}): LifecycleMutation {
  return only(mutationsOf({ items: [], summaries: [], events: [payload] }, lineOf(from)), "lifecycle");
}

/** What the first line of a rollout tells. */
export function threadStarted(values: Partial<ThreadStarted> = {}): LifecyclePayload {
  const payload: ThreadStarted = {
    rolloutId: TEST_THREAD,
    cwd: "/project",
    source: new JsonText('"cli"'),
    originator: "codex_cli",
    cliVersion: "0.169.0",
    modelProvider: null,
    historyMode: "paginated",
    forkedFromId: null,
    historyBase: null,
    parentThreadId: null,
    agentNickname: null,
    agentRole: null,
    git: null,
    ...values,
  };
  return { eventType: "thread.started", turnId: null, payload };
}

/** What is read when a thread is built anew: all its rows of older generations are void. */
export function threadReset({ threadId = TEST_THREAD, generation = 1 }: BuiltFrom = {}): ResetOutcome {
  return { outcome: "reset", threadId, generation, version: generationStart(generation) };
}

function lineOf(from: BuiltFrom): ObservedLine {
  const { threadId = TEST_THREAD, sourcePosition: position = 0, generation = 0, occurredAt: timestamp = TIME } = from;
  const { rolloutId = threadId } = from;
  return { threadId, rolloutId, position, ordinal: null, counted: true, event: null, timestamp, generation };
}

function only<Type extends string, M extends { readonly type: string }>(
  mutations: readonly M[],
  type: Type,
): Extract<M, { readonly type: Type }> {
  const found = mutations.find((mutation): mutation is Extract<M, { readonly type: Type }> => mutation.type === type);
  if (found === undefined) throw new Error(`no ${type} was made`);
  return found;
}
