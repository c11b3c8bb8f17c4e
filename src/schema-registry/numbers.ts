import type { Integer } from "../json/index.ts";
import { UnreadableValueError } from "./decode-value.ts";

/** An integer that this release keeps as a number, such as an offset. */
export function exact(value: Integer, field: string): number {
  if (typeof value === "number") return value;
  throw new UnreadableValueError(`${field} is ${value}, beyond what is exact here (2^53)`);
}

/** The symbol of an enum that a newer release wrote is read as `unknown`. */
export function known<S extends string>(symbol: S, field: string): Exclude<S, "unknown"> {
  if (symbol !== "unknown") return symbol as Exclude<S, "unknown">;
  throw new UnreadableValueError(`${field} has a value that this release does not know: read it with a newer one`);
}

/** What must be there, given what else is. */
export function present<T>(value: T | null, field: string): T {
  if (value !== null) return value;
  throw new UnreadableValueError(`${field} is missing`);
}
