declare const brand: unique symbol;

/**
 * What a row reflects: generation, offset of the source record, and which of the record's mutations it was, as one text whose
 * order is theirs. The newest mutation wins, whatever the order of delivery (design §4).
 */
export type RowVersion = string & { readonly [brand]: "RowVersion" };

/** Hexadecimal digits of each part: 2^32 generations, 2^56 offsets, 2^24 mutations of one record. */
const GENERATION = 8;
const OFFSET = 14;
const N = 6;

/** `n`: the place among the record's mutations of that observer, from 0 (D18). */
export function rowVersion(generation: number, sourceOffset: number, n: number): RowVersion {
  return `${hex(generation, GENERATION)}${hex(sourceOffset, OFFSET)}${hex(n, N)}` as RowVersion;
}

/** The first version of a generation: what is below it belongs to an older one. */
export function generationStart(generation: number): RowVersion {
  return rowVersion(generation, 0, 0);
}

export function generationOf(version: RowVersion): number {
  return Number.parseInt(version.slice(0, GENERATION), 16);
}

export function sourceOffsetOf(version: RowVersion): number {
  return Number.parseInt(version.slice(GENERATION, GENERATION + OFFSET), 16);
}

const NTH = /\/(\d+)(?:@\d+)?$/;

/** The `n` of a mutation's id. */
export function nthOf(mutationId: string): number {
  const [, n] = NTH.exec(mutationId) ?? [];
  if (n === undefined) throw new Error(`${mutationId} is no mutation id`);
  return Number(n);
}

function hex(value: number, digits: number): string {
  const text = value.toString(16).padStart(digits, "0");
  if (!Number.isSafeInteger(value) || value < 0 || text.length > digits)
    throw new Error(`${value} fits no row version`);
  return text;
}
