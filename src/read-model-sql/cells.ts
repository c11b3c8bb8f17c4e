import type { Integer } from "../json/index.ts";
import type { SqlRow } from "./connection.ts";

/** The values of a row, as what they must be. Anything else means that the tables are not those of this version. */

export function textOf(row: SqlRow, column: string): string {
  return textOrNull(row, column) ?? unexpected(row, column);
}

export function textOrNull(row: SqlRow, column: string): string | null {
  const value = row[column];
  return value === null || typeof value === "string" ? value : unexpected(row, column);
}

/** A whole number below 2^53; Postgres gives it as text. */
export function numberOf(row: SqlRow, column: string): number {
  return numberOrNull(row, column) ?? unexpected(row, column);
}

export function numberOrNull(row: SqlRow, column: string): number | null {
  const value = row[column];
  if (value === null) return null;
  const number = Number(value);
  return value === undefined || !Number.isSafeInteger(number) ? unexpected(row, column) : number;
}

/** A 64-bit number, selected as text so that no digit is lost on the way. */
export function integerOrNull(row: SqlRow, column: string): Integer | null {
  const text = textOrNull(row, column);
  if (text === null) return null;
  const number = Number(text);
  return Number.isSafeInteger(number) ? number : BigInt(text);
}

/** One of the names that are known for it. */
export function nameOf<T extends string>(row: SqlRow, column: string, names: readonly T[]): T {
  return names.find((name) => name === row[column]) ?? unexpected(row, column);
}

function unexpected(row: SqlRow, column: string): never {
  throw new Error(`the read model's tables are not those of this version: ${column} is ${String(row[column])}`);
}
