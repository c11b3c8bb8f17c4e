import { type Json, type JsonArray, type JsonObject, member, readJson, sourceOf, stringMember } from "./json.ts";

/** Where two answers first differ, and what stands there on either side (`undefined`: nothing). */
export type Difference = { path: string; codex: string | undefined; ours: string | undefined };

type Texts = { codex: string; ours: string };

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Compares two JSON texts of turns exactly: numbers by their text, objects with the order of their keys. */
export function compareTurns(codex: string, ours: string): Difference | undefined {
  return differs(mergedTurns(readJson(codex)), mergedTurns(readJson(ours)), "turns", { codex, ours });
}

/** Items listed twice under one id in one turn count once: in the first one's place, with the last one's value. */
function mergedTurns(turns: Json): Json {
  if (turns.kind !== "array") return turns;
  return { ...turns, elements: turns.elements.map(mergedTurn) };
}

function mergedTurn(turn: Json): Json {
  if (turn.kind !== "object") return turn;
  return {
    ...turn,
    members: turn.members.map(({ key, value }) => ({ key, value: key === "items" ? mergedItems(value) : value })),
  };
}

function mergedItems(items: Json): Json {
  if (items.kind !== "array") return items;
  const merged = new Map<string, Json>();
  for (const [index, item] of items.elements.entries())
    merged.set(stringMember(item, "id") ?? `without id ${index}`, item);
  return { ...items, elements: [...merged.values()] };
}

function differs(codex: Json | undefined, ours: Json | undefined, path: string, texts: Texts): Difference | undefined {
  if (codex?.kind === "object" && ours?.kind === "object") return objectsDiffer(codex, ours, path, texts);
  if (codex?.kind === "array" && ours?.kind === "array") return arraysDiffer(codex, ours, path, texts);
  return codex !== undefined && ours !== undefined && scalarsEqual(codex, ours)
    ? undefined
    : difference(codex, ours, path, texts);
}

function arraysDiffer(codex: JsonArray, ours: JsonArray, path: string, texts: Texts): Difference | undefined {
  for (let index = 0; index < Math.max(codex.elements.length, ours.elements.length); index++) {
    const found = differs(codex.elements[index], ours.elements[index], `${path}[${index}]`, texts);
    if (found !== undefined) return found;
  }
  return undefined;
}

function objectsDiffer(codex: JsonObject, ours: JsonObject, path: string, texts: Texts): Difference | undefined {
  const ordered = path.endsWith(".agentsStates")
    ? ([sorted(codex), sorted(ours)] as const)
    : ([codex.members, ours.members] as const);
  const [left, right] = ordered;
  for (let index = 0; index < Math.max(left.length, right.length); index++) {
    const [a, b] = [left[index], right[index]];
    if (a === undefined || b === undefined || a.key !== b.key)
      return { path: `${path} (key ${index})`, codex: a?.key, ours: b?.key };
    if (a.key === "id" && isRandomId(codex, ours)) continue;
    const found = differs(a.value, b.value, `${path}.${a.key}`, texts);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** Codex draws the id of a hook prompt that has none at random, anew for each reading. */
function isRandomId(codex: JsonObject, ours: JsonObject): boolean {
  if (stringMember(codex, "type") !== "hookPrompt" || member(ours, "id")?.kind !== "string") return false;
  return UUID.test(stringMember(codex, "id") ?? "");
}

function scalarsEqual(codex: Json, ours: Json): boolean {
  if (codex.kind === "string" && ours.kind === "string") return codex.value === ours.value;
  if (codex.kind === "number" && ours.kind === "number") return codex.text === ours.text;
  return codex.kind === ours.kind && codex.kind !== "object" && codex.kind !== "array";
}

function difference(codex: Json | undefined, ours: Json | undefined, path: string, texts: Texts): Difference {
  return { path, codex: codex && sourceOf(texts.codex, codex), ours: ours && sourceOf(texts.ours, ours) };
}

function sorted({ members }: JsonObject): JsonObject["members"] {
  return members.toSorted((a, b) => (a.key < b.key ? -1 : 1));
}
