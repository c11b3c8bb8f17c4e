export type HistoryMode = "legacy" | "paginated";

/** A rollout as a file: what it is called, which thread it says it is, and its text. */
export type RolloutFile = {
  name: string;
  threadId: string;
  mode: HistoryMode;
  text: string;
  /** Whether its turns are compared; otherwise it only lies beside, as the base of another. */
  asked: boolean;
};

/** Files that must lie together, bases before the rollouts that go on from them. */
export type RolloutGroup = readonly RolloutFile[];

export const ROLLOUT_NAME =
  /^rollout-(\d{4})-(\d{2})-(\d{2})T\d{2}-\d{2}-\d{2}-[0-9a-f-]{36}(?:_[0-9a-f-]{36})?\.jsonl$/;

export function rolloutName(minute: number, threadId: string, rolloutId = threadId): string {
  const suffix = rolloutId === threadId ? "" : `_${rolloutId}`;
  return `rollout-2026-06-05T10-${String(minute).padStart(2, "0")}-00-${threadId}${suffix}.jsonl`;
}
