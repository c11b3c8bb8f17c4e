/** How many gaps of a rollout are remembered; of more, the oldest are taken for filled. */
export const MAX_GAPS = 64;
/** Of how many of the last lines the hash is remembered, to tell a repeat from a conflict. */
export const REMEMBERED_HASHES = 64;

/**
 * What to do with a line, by where it stands in its rollout (ADR 0019, ADR 0020).
 *
 * - `apply`: it is next, or after a gap.
 * - `duplicate`: it was applied; nothing is to be done.
 * - `late`: it belongs in a gap that was passed over; applying it now would guess at the order.
 * - `conflict`: another line was applied at its position.
 * - `superseded`: the thread goes on in a newer rollout.
 */
export type Admission = "apply" | "duplicate" | "late" | "conflict" | "superseded";

export interface PositionedLine {
  readonly rolloutId: string;
  /** Index of the line in its rollout, from 0. */
  readonly position: number;
  /** Hash of the line's bytes. */
  readonly lineHash: number;
}

/** Which lines of a thread were applied: plain data of bounded size, never changed in place. */
export interface Positions {
  readonly rolloutId: string | null;
  readonly superseded: readonly string[];
  /** One past the highest position applied in the rollout. */
  readonly next: number;
  /** Passed over: `[from, to)`, in order. */
  readonly gaps: readonly (readonly [from: number, to: number])[];
  /** Position and hash of the last lines applied, in order. */
  readonly hashes: readonly (readonly [position: number, hash: number])[];
}

export function initialPositions(): Positions {
  return { rolloutId: null, superseded: [], next: 0, gaps: [], hashes: [] };
}

export function admit(positions: Positions, { rolloutId, position, lineHash }: PositionedLine): Admission {
  if (positions.superseded.includes(rolloutId)) return "superseded";
  if (rolloutId !== positions.rolloutId || position >= positions.next) return "apply";
  if (positions.gaps.some(([from, to]) => from <= position && position < to)) return "late";
  const applied = positions.hashes.find(([at]) => at === position);
  return applied === undefined || applied[1] === lineHash ? "duplicate" : "conflict";
}

/** The positions once an admitted line was applied. */
export function advance(positions: Positions, { rolloutId, position, lineHash }: PositionedLine): Positions {
  const within = rolloutId === positions.rolloutId ? positions : startedRollout(positions, rolloutId);
  const gap: Positions["gaps"] = position > within.next ? [[within.next, position]] : [];
  return {
    ...within,
    next: position + 1,
    gaps: [...within.gaps, ...gap].slice(-MAX_GAPS),
    hashes: [...within.hashes, [position, lineHash] as const].slice(-REMEMBERED_HASHES),
  };
}

function startedRollout({ rolloutId, superseded }: Positions, next: string): Positions {
  return {
    ...initialPositions(),
    rolloutId: next,
    superseded: rolloutId === null ? superseded : [...superseded, rolloutId],
  };
}
