import { parsePlain, stringifyPlain } from "../../json/index.ts";
import type { TurnChange } from "./change.ts";
import { initialTurnsState, putTurn, type ThreadHead, type TurnsState, turnBySeq } from "./state.ts";
import type { Turn } from "./turn.ts";

/** The turn half as stored fields: `head`, `index`, and `turn:<seq>` for each turn. */

const HEAD = "head";
/** The field that every line which takes a rollout index moves. */
export const INDEX = "index";
const TURN = "turn:";

export function* turnsFields(state: TurnsState): Iterable<string> {
  yield HEAD;
  yield INDEX;
  for (const turn of state.turns) yield TURN + turn.seq;
}

/** The fields that a change touches. */
export function changedTurnsFields(state: TurnsState, change: TurnChange): string[] {
  const fields: string[] = [];
  if (change.head !== state.head) fields.push(HEAD);
  if (change.rolloutIndex !== state.rolloutIndex) fields.push(INDEX);
  for (const turn of change.removed) fields.push(TURN + turn.seq);
  for (const turn of change.put) fields.push(TURN + turn.seq);
  return fields;
}

/** A field's text; undefined when the state no longer has it. */
export function encodeTurnsField(state: TurnsState, field: string): string | undefined {
  if (field === HEAD) return stringifyPlain(state.head);
  if (field === INDEX) return String(state.rolloutIndex);
  const turn = turnBySeq(state, Number(field.slice(TURN.length)));
  return turn === undefined ? undefined : stringifyPlain(turn);
}

/** Restores the turn half; fields that are not its own are left alone. */
export function decodeTurns(fields: ReadonlyMap<string, string>): TurnsState {
  const state = initialTurnsState();
  const turns: Turn[] = [];
  for (const [field, text] of fields) {
    if (field === HEAD) state.head = parsePlain(text) as ThreadHead;
    else if (field === INDEX) state.rolloutIndex = Number(text);
    else if (field.startsWith(TURN)) turns.push(parsePlain(text) as Turn);
  }
  for (const turn of turns.sort((a, b) => a.seq - b.seq)) putTurn(state, turn);
  return state;
}
