import { parsePlain, stringifyPlain } from "../../json/index.ts";
import type { ItemsChange } from "./items-change.ts";
import {
  type GrowingReasoning,
  type ItemRow,
  type ItemsHead,
  type ItemsState,
  initialItemsState,
  putRow,
  rowOf,
} from "./state.ts";

/** The item half as stored fields: `items`, `reasoning`, and `item:<length of scope>:<scope><key>` for each row. */

const HEAD = "items";
const REASONING = "reasoning";
const ROW = "item:";

function rowField(scope: string, key: string): string {
  return `${ROW}${scope.length}:${scope}${key}`;
}

function scopeAndKey(field: string): [scope: string, key: string] {
  const colon = field.indexOf(":", ROW.length);
  const scopeEnd = colon + 1 + Number(field.slice(ROW.length, colon));
  return [field.slice(colon + 1, scopeEnd), field.slice(scopeEnd)];
}

export function* itemsFields(state: ItemsState): Iterable<string> {
  yield HEAD;
  if (state.reasoning !== null) yield REASONING;
  for (const [scope, rows] of state.scopes) for (const key of rows.keys()) yield rowField(scope, key);
}

/** The fields that a change touches. */
export function changedItemsFields(state: ItemsState, change: ItemsChange): string[] {
  const fields: string[] = [];
  if (change.head !== state.head) fields.push(HEAD);
  if (change.reasoning !== state.reasoning) fields.push(REASONING);
  for (const { scope, key } of change.removed) fields.push(rowField(scope, key));
  const put = change.upsert ?? change.retimed;
  if (put !== null) fields.push(rowField(put.scope, put.key));
  return fields;
}

/** A field's text; undefined when the state no longer has it. */
export function encodeItemsField(state: ItemsState, field: string): string | undefined {
  if (field === HEAD) return stringifyPlain(state.head);
  if (field === REASONING) return state.reasoning === null ? undefined : stringifyPlain(state.reasoning);
  const [scope, key] = scopeAndKey(field);
  const row = rowOf(state, scope, key);
  return row === undefined ? undefined : stringifyPlain(row);
}

/** Whether a stored field belongs to the item half. */
export function isItemsField(field: string): boolean {
  return field === HEAD || field === REASONING || field.startsWith(ROW);
}

/** Restores the item half; fields that are not its own are left alone. */
export function decodeItems(fields: ReadonlyMap<string, string>): ItemsState {
  const state = initialItemsState();
  for (const [field, text] of fields) {
    if (field === HEAD) state.head = parsePlain(text) as ItemsHead;
    else if (field === REASONING) state.reasoning = parsePlain(text) as GrowingReasoning;
    else if (field.startsWith(ROW)) {
      const [scope, key] = scopeAndKey(field);
      putRow(state, scope, key, parsePlain(text) as ItemRow);
    }
  }
  return state;
}
