import { decodeTurns, encodeTurnsField, type TurnsState, turnsFields } from "../history/index.ts";
import type { StateCodec } from "./observer.ts";

/** The state of the observers that need the turn half only. */
export const turnsCodec: StateCodec<TurnsState> = {
  fields: turnsFields,
  encode: encodeTurnsField,
  decode: decodeTurns,
};
