import type { CheckpointHead, StartAttempts } from "../worker/index.ts";

/** What the layout of the keys is called. Another version that changes it must write another one. */
export const FORMAT = "1";

/** The head was written by another version, or by somebody else. */
export class UnreadableHeadError extends Error {
  override readonly name = "UnreadableHeadError";
}

/** The hash at the head of a checkpoint, as `acquire` finds it. */
export interface StoredHead {
  readonly owner: string;
  /** Writes (chunks of flushes, resets) so far. */
  readonly writes: number;
  /** How many threads are stored. */
  readonly threads: number;
  /** Null when nothing was ever written. */
  readonly generation: number | null;
  /** Generations whose hashes are still to be removed. */
  readonly stale: readonly number[];
  /** Null when no flush was ever finished in this generation. */
  readonly head: CheckpointHead | null;
  readonly attempts: StartAttempts | null;
}

const STALE = "stale:";

/** The fields of the head that a flush or reset writes; the generation is written apart. */
export function headFields({ watermark, highest, mark }: CheckpointHead): string[] {
  return [
    ...["watermark", String(watermark), "highest", String(highest)],
    ...["markOffset", numberOrBlank(mark?.offset), "markCrc", numberOrBlank(mark?.crc)],
  ];
}

export function attemptsFields({ offset, count, suspect, suspectCount }: StartAttempts): string[] {
  return [
    ...["attemptsOffset", String(offset), "attemptsCount", String(count)],
    ...["attemptsSuspect", numberOrBlank(suspect), "attemptsSuspectCount", String(suspectCount)],
  ];
}

/** Reads the hash; `key` is its name, for messages. */
export function readHead(key: string, stored: ReadonlyMap<string, string>): StoredHead {
  const optional = (field: string): number | null => {
    const text = stored.get(field) ?? "";
    return text === "" ? null : wholeNumber(`${field} of ${key}`, text);
  };
  const required = (field: string): number => {
    const value = optional(field);
    if (value === null) throw new UnreadableHeadError(`${key} had no ${field}`);
    return value;
  };
  const generation = optional("generation");
  const isFinished = generation !== null && stored.has("watermark");
  const markOffset = optional("markOffset");
  return {
    owner: stored.get("owner") ?? "",
    writes: required("writes"),
    threads: optional("threads") ?? 0,
    generation,
    stale: [...stored.keys()]
      .filter((field) => field.startsWith(STALE))
      .map((field) => wholeNumber(`${field} of ${key}`, field.slice(STALE.length))),
    head: isFinished
      ? {
          generation,
          watermark: required("watermark"),
          highest: required("highest"),
          mark: markOffset === null ? null : { offset: markOffset, crc: required("markCrc") },
        }
      : null,
    attempts: stored.has("attemptsOffset")
      ? {
          offset: required("attemptsOffset"),
          count: required("attemptsCount"),
          suspect: optional("attemptsSuspect"),
          suspectCount: required("attemptsSuspectCount"),
        }
      : null,
  };
}

function numberOrBlank(value: number | null | undefined): string {
  return value === null || value === undefined ? "" : String(value);
}

function wholeNumber(what: string, text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new UnreadableHeadError(`${what} was "${text}", not a whole number`);
  return value;
}
