import { hash } from "node:crypto";
import { normalizeThreadId } from "./values.ts";

/** The ids in a rollout's file name. A revert writes a further rollout of the same thread (paginated §3.5). */
export interface NamedRollout {
  readonly threadId: string;
  /** The id after `_`; null when the rollout is its thread's first. */
  readonly rolloutId: string | null;
}

const FILE_NAME = /^rollout-.*?(?<thread>[0-9a-fA-F-]{36})(?:_(?<rollout>[0-9a-fA-F-]{36}))?\.jsonl(?:\.gz|\.zst)?$/;

/** Reads `rollout-<time>-<thread id>[_<rollout id>].jsonl[.gz|.zst]`; undefined when the name holds no thread id. */
export function parseRolloutFileName(name: string): NamedRollout | undefined {
  const { thread, rollout } = FILE_NAME.exec(name)?.groups ?? {};
  const threadId = thread === undefined ? undefined : normalizeThreadId(thread);
  if (threadId === undefined) return undefined;
  return { threadId, rolloutId: rollout === undefined ? null : (normalizeThreadId(rollout) ?? null) };
}

/** Between the rollout and what tells contents of its file apart. */
const INCARNATION = "#";

/** The id of a rollout whose file's content was replaced: another incarnation than the one before (design §4). */
export function replacedRolloutId(rolloutId: string, firstLine: Uint8Array): string {
  return `${rolloutId}${INCARNATION}${hash("sha256", firstLine, "hex").slice(0, 16)}`;
}

/** Whether a content of the rollout `baseId`, the first one or one that replaced it, goes by this id. */
export function isIncarnationOf(rolloutId: string, baseId: string): boolean {
  return rolloutId === baseId || rolloutId.startsWith(baseId + INCARNATION);
}

/** The rollout that an incarnation is a content of. */
export function baseRolloutId(rolloutId: string): string {
  const end = rolloutId.indexOf(INCARNATION);
  return end < 0 ? rolloutId : rolloutId.slice(0, end);
}
