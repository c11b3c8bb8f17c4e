import { baseRolloutId, parseRolloutFileName } from "../../rollout/index.ts";
import { printable } from "../terminal.ts";
import type { FoundRollout } from "./found-rollout.ts";

const COMPRESSED = /\.(gz|zst)$/;
/** What file systems take. */
const MAX_BYTES = 255;

/**
 * What a rollout's file is called: as its first line's header says, else as Codex names it, by the time in its session's
 * line. Undefined when its ids make no name. What lies in the topic never leads into another folder.
 */
export function fileNameOf(threadId: string, rollout: FoundRollout): string | undefined {
  const named = rollout.fileHeader?.replace(COMPRESSED, "");
  if (named !== undefined && isFileName(named)) return named;
  const base = baseRolloutId(rollout.rolloutId);
  const name = `rollout-${timeOf(rollout)}-${threadId}${base === threadId ? "" : `_${base}`}.jsonl`;
  const ids = parseRolloutFileName(name);
  const isRead = ids?.threadId === threadId && (ids.rolloutId ?? threadId) === base;
  return isRead && isFileName(name) ? name : undefined;
}

function isFileName(name: string): boolean {
  const isPlain = printable(name) === name && !/[/\\]/.test(name);
  return isPlain && !["", ".", "..", "-"].includes(name) && Buffer.byteLength(name) <= MAX_BYTES;
}

/** `2026-01-31T12-00-00` */
function timeOf({ firstLine, firstRecordedAt }: FoundRollout): string {
  const time = new Date(sessionTime(firstLine) ?? firstRecordedAt);
  return time.toISOString().slice(0, 19).replaceAll(":", "-");
}

/** When the session began, as its line says; undefined when there is none to be read. */
function sessionTime(line: Buffer | undefined): number | undefined {
  const { type, payload } = parsed(line);
  const { timestamp } = Object(payload) as Record<string, unknown>;
  const time = type === "session_meta" && typeof timestamp === "string" ? Date.parse(timestamp) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}

function parsed(line: Buffer | undefined): Record<string, unknown> {
  try {
    return Object(JSON.parse(line?.toString() ?? "null")) as Record<string, unknown>;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
