import { BadCursorError, type FeedPosition } from "../read-model/index.ts";

/** The place of a change in the feed: the transaction that made it, and its number in that. */
export interface FeedPlace {
  readonly tx: number;
  readonly n: number;
}

export const FEED_START: FeedPlace = { tx: 0, n: -1 };

const TX_DIGITS = 14;
const N_DIGITS = 8;
const POSITION = /^[0-9a-f]{22}$/;

/** Places of an equal width in hexadecimal: their order as text is theirs in the feed. */
export function positionOf({ tx, n }: FeedPlace): FeedPosition {
  return `${hex(tx, TX_DIGITS)}${hex(n + 1, N_DIGITS)}`;
}

/** @throws BadCursorError */
export function placeOf(position: FeedPosition | null): FeedPlace {
  if (position === null) return FEED_START;
  const tx = Number.parseInt(position.slice(0, TX_DIGITS), 16);
  if (!POSITION.test(position) || !Number.isSafeInteger(tx))
    throw new BadCursorError("this is no position of the feed: begin without one, or with the id of an event");
  return { tx, n: Number.parseInt(position.slice(TX_DIGITS), 16) - 1 };
}

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
