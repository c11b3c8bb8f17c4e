import { hash } from "node:crypto";
import { begunBy } from "./begun-rollout.ts";
import { AppendRefusedError } from "./errors.ts";
import { uuidV7 } from "./uuid-v7.ts";

/** Where lines go, as far as the caller says so. */
export interface GivenPlace {
  readonly rolloutId?: string | undefined;
  /** Of the first of the lines, from 0. */
  readonly position?: number | undefined;
}

export interface Place {
  readonly rolloutId: string;
  /** Of the first of the lines. */
  readonly position: number;
}

/** What a thread's next line goes to. */
interface Running {
  rolloutId: string;
  next: number;
  /** Hashes of lines that the broker may have at these places, after a failure. */
  unsure: readonly string[];
}

/** Lines for which a place was taken. */
export interface PlacedLines {
  readonly threadId: string;
  readonly place: Place;
  readonly lines: readonly Buffer[];
  /** The thread as it was known then; another after it was forgotten. */
  readonly running: object;
}

/** Ids stand between slashes in those of mutations. */
const ROLLOUT_ID = /^[^\s/]{1,200}$/;

/** Gives lines their places: positions from 0 on in each rollout, in the order in which they are asked for. */
export class ThreadPlaces {
  readonly #threads = new Map<string, Running>();

  /** @throws AppendRefusedError */
  take(threadId: string, lines: readonly Buffer[], given: GivenPlace): PlacedLines {
    const place = this.#placeOf(threadId, lines, given);
    const { rolloutId, position } = place;
    const running = this.#threads.get(threadId) ?? { rolloutId, next: position, unsure: [] };
    const goesOn = running.rolloutId === rolloutId && running.next === position;
    const unsure = goesOn ? running.unsure : [];
    if (given.position === undefined) refuseOthers(threadId, place, lines, unsure);
    Object.assign(running, { rolloutId, next: position + lines.length, unsure: unsure.slice(lines.length) });
    this.#threads.set(threadId, running);
    return { threadId, place, lines, running };
  }

  /** Goes back to the first of these lines, the last that places were taken for in this thread; the log may have them. */
  failed(threadId: string, lines: readonly PlacedLines[]): void {
    const running = this.#threads.get(threadId);
    const failed = lines.filter((one) => one.running === running);
    const first = failed[0]?.place;
    if (running === undefined || first === undefined) return; // forgotten
    const { rolloutId, position } = first;
    const unsure: string[] = [];
    for (const { place, lines } of failed) {
      if (place.rolloutId !== rolloutId || place.position !== position + unsure.length) break;
      unsure.push(...lines.map(hashOf));
    }
    // Some of what failed before that may still wait to be appended again.
    const isAll = running.rolloutId === rolloutId && running.next === position + unsure.length;
    Object.assign(running, {
      rolloutId,
      next: position,
      unsure: isAll ? [...unsure, ...running.unsure] : unsure,
    });
  }

  forget(threadId: string): void {
    this.#threads.delete(threadId);
  }

  #placeOf(threadId: string, lines: readonly Buffer[], { rolloutId, position }: GivenPlace): Place {
    if (rolloutId !== undefined && !ROLLOUT_ID.test(rolloutId))
      throw new AppendRefusedError("rolloutId: it must have 1 to 200 characters, none of them a slash or a space");
    if (position !== undefined && !(Number.isSafeInteger(position) && position >= 0))
      throw new AppendRefusedError("position: it must be a whole number from 0 on");
    if (position !== undefined && rolloutId === undefined)
      throw new AppendRefusedError("position: it needs the rolloutId that it is a position of");
    const running = this.#threads.get(threadId);
    if (rolloutId !== undefined) {
      const next = running?.rolloutId === rolloutId ? running.next : 0;
      return { rolloutId, position: position ?? next };
    }
    const begun = begunAt(lines);
    // The first line of the running rollout may be appended again.
    if (running !== undefined && !(begun.type === "revert" && running.next > 0))
      return { rolloutId: running.rolloutId, position: running.next };
    return { rolloutId: begun.type === "session" ? begun.id : uuidV7(), position: 0 };
  }
}

/** @throws AppendRefusedError when a line among these would begin another rollout in the middle */
function begunAt([first, ...rest]: readonly Buffer[]): ReturnType<typeof begunBy> {
  const revert = rest.findIndex((line) => begunBy(line).type === "revert");
  if (revert >= 0)
    throw new AppendRefusedError(
      `line ${revert + 2} is a session_meta with a history_base, which begins another rollout: append it, and what follows, by itself`,
    );
  return first === undefined ? { type: "none" } : begunBy(first);
}

/** Another line at the place of one that the broker may have would be refused by every consumer, and be lost (D20). */
function refuseOthers(
  threadId: string,
  { rolloutId, position }: Place,
  lines: readonly Buffer[],
  unsure: readonly string[],
) {
  const other = lines.findIndex((line, at) => at < unsure.length && hashOf(line) !== unsure[at]);
  if (other >= 0)
    throw new AppendRefusedError(
      `thread ${threadId}: the broker may have another line at position ${position + other} of rollout ${rolloutId}, since an append failed: append the lines of that one again first, or forget the thread to give them up`,
    );
}

function hashOf(line: Buffer): string {
  return hash("sha256", line, "base64");
}
