import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../scripts/root.ts";

export type HistoryMode = "legacy" | "paginated";

/** The thread of every rollout made here. */
export const THREAD_ID = "0197a000-0000-7000-8000-000000000001";

/** Stands in a template where the number of the repetition goes: these code points occur in no rollout. */
export const TAG = "\u0001";
export const ORDINAL = "\u0002";

const CORPUS = join(ROOT, "test", "corpus");
const UUID = /([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-)[0-9a-f]{6}([0-9a-f]{6})/g;
/** `call_0003`, `msg_0001`: numbered anew in each rollout of the corpus. */
const NUMBERED_ID = /\b([a-z]{2,6}_)(\d{4})\b/g;
const ORDINAL_FIELD = /^(\{"timestamp":"[^"]*","ordinal":)\d+/gm;

/**
 * The rollouts of the corpus in one history mode, in the order of their names, as templates: all of one thread, with the
 * ids of turns, calls and items open to be made different in each repetition.
 */
export function templatesOf(mode: HistoryMode): string[] {
  return readdirSync(CORPUS, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
    .flatMap((name) => templateOf(join(CORPUS, name), mode));
}

function templateOf(folder: string, mode: HistoryMode): string[] {
  const about: unknown = JSON.parse(readFileSync(join(folder, "about.json"), "utf8"));
  if (textAt(about, "history") !== mode) return [];
  const text = readFileSync(join(folder, "rollout.jsonl"), "utf8");
  const whole = text.slice(0, text.lastIndexOf("\n") + 1);
  const template = whole
    .split(textAt(about, "thread_id"))
    .map((part) =>
      part
        .replaceAll(UUID, `$1${TAG}$2`)
        .replaceAll(NUMBERED_ID, `$1${TAG}$2`)
        .replaceAll(ORDINAL_FIELD, `$1${ORDINAL}`),
    )
    .join(THREAD_ID);
  return [template];
}

function textAt(value: unknown, key: string): string {
  const found: unknown = typeof value === "object" && value !== null ? Reflect.get(value, key) : undefined;
  if (typeof found !== "string") throw new TypeError(`about.json has no ${key}`);
  return found;
}
