import { createHash } from "node:crypto";

/** So much of a content's beginning, and of what lies before a place in it, tells whether it is still the same up to there. */
export const EDGE_BYTES = 4_096;

/** The beginning of a content, and its end up to some offset; both together at most the whole of it. */
export interface Edges {
  readonly head: Buffer;
  readonly tail: Buffer;
}

export const NO_EDGES: Edges = { head: Buffer.alloc(0), tail: Buffer.alloc(0) };

/** The edges at the end of `bytes`, which follow what `edges` are of. */
export function extended({ head, tail }: Edges, bytes: Buffer): Edges {
  const more = EDGE_BYTES - head.length;
  return {
    head: more === 0 ? head : Buffer.concat([head, bytes.subarray(0, more)]),
    tail: Buffer.concat([
      tail.subarray(Math.max(0, tail.length + bytes.length - EDGE_BYTES)),
      bytes.subarray(-EDGE_BYTES),
    ]),
  };
}

/** What identifies a content up to an offset. Equal for equal edges only. */
export function fingerprintOf({ head, tail }: Edges): string {
  return createHash("sha256").update(`${head.length} `).update(head).update(tail).digest("hex");
}
