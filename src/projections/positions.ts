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
  /** 32-bit hash of the line's bytes. */
  readonly lineHash: number;
}

/** What `Positions.encode` writes. */
type Stored = readonly [
  rolloutId: string | null,
  superseded: readonly string[],
  next: number,
  gaps: readonly number[],
  applied: readonly number[],
  hashes: string,
];

/** Which lines of one thread were applied. Of bounded size, whatever arrives. */
export class Positions {
  #rolloutId: string | null = null;
  #superseded: string[] = [];
  /** One past the highest position applied in the rollout. */
  #next = 0;
  /** Passed over: from, to (exclusive), from, to, …, in order. */
  #gaps: number[] = [];
  /** Rings of the positions and hashes of the last lines applied; `#count` lines were applied in this rollout. */
  #applied: number[] = [];
  #hashes: number[] = [];
  #count = 0;

  admit({ rolloutId, position, lineHash }: PositionedLine): Admission {
    if (rolloutId !== this.#rolloutId) return this.#superseded.includes(rolloutId) ? "superseded" : "apply";
    if (position >= this.#next) return "apply";
    if (this.#isInGap(position)) return "late";
    const at = this.#applied.indexOf(position);
    return at < 0 || this.#hashes[at] === lineHash ? "duplicate" : "conflict";
  }

  /** Takes note that an admitted line was applied. */
  advance({ rolloutId, position, lineHash }: PositionedLine): void {
    if (rolloutId !== this.#rolloutId) this.#startRollout(rolloutId);
    if (position > this.#next) this.#addGap(this.#next, position);
    this.#next = position + 1;
    const slot = this.#count % REMEMBERED_HASHES;
    this.#applied[slot] = position;
    this.#hashes[slot] = lineHash;
    this.#count += 1;
  }

  encode(): string {
    const count = Math.min(this.#count, REMEMBERED_HASHES);
    const hashes = new Uint32Array(count);
    const steps: number[] = [];
    for (let n = 0, before = 0; n < count; n++) {
      const slot = (this.#count - count + n) % REMEMBERED_HASHES;
      const position = this.#applied[slot] ?? 0;
      hashes[n] = this.#hashes[slot] ?? 0;
      addRun(steps, position - before);
      before = position;
    }
    const text = Buffer.from(hashes.buffer).toString("base64");
    const stored: Stored = [this.#rolloutId, this.#superseded, this.#next, this.#gaps, steps, text];
    return JSON.stringify(stored);
  }

  static decode(text: string): Positions {
    const [rolloutId, superseded, next, gaps, lengths, hashes]: Stored = JSON.parse(text);
    const positions = new Positions();
    positions.#rolloutId = rolloutId;
    positions.#superseded = [...superseded];
    positions.#next = next;
    positions.#gaps = [...gaps];
    let position = 0;
    positions.#applied = stepsOf(lengths).map((step) => (position += step));
    positions.#hashes = [...new Uint32Array(Uint8Array.from(Buffer.from(hashes, "base64")).buffer)];
    positions.#count = positions.#applied.length;
    return positions;
  }

  #isInGap(position: number): boolean {
    for (let i = 0; i < this.#gaps.length; i += 2)
      if ((this.#gaps[i] ?? 0) <= position && position < (this.#gaps[i + 1] ?? 0)) return true;
    return false;
  }

  #addGap(from: number, to: number): void {
    this.#gaps.push(from, to);
    if (this.#gaps.length > 2 * MAX_GAPS) this.#gaps.splice(0, 2);
  }

  #startRollout(rolloutId: string): void {
    if (this.#rolloutId !== null) this.#superseded.push(this.#rolloutId);
    this.#rolloutId = rolloutId;
    this.#next = 0;
    this.#gaps = [];
    this.#applied = [];
    this.#hashes = [];
    this.#count = 0;
  }
}

/** Most lines follow one another, so that their steps are few runs: value, length, value, length, … */
function addRun(runs: number[], value: number): void {
  if (runs.at(-2) === value) runs[runs.length - 1] = (runs.at(-1) ?? 0) + 1;
  else runs.push(value, 1);
}

function stepsOf(runs: readonly number[]): number[] {
  const values: number[] = [];
  for (let i = 0; i < runs.length; i += 2) values.push(...new Array<number>(runs[i + 1] ?? 0).fill(runs[i] ?? 0));
  return values;
}
