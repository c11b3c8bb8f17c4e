import { ARRAY, JsonDocument, MAX_DEPTH, type Node, NULL, OBJECT, scan } from "../json/index.ts";
import { type Edit, moved, ofOneValue } from "./edit.ts";
import { editsBeforeUnescaping, MAX_LEVELS } from "./escapes.ts";
import { type Matcher, matchesIn, replacing } from "./matches.ts";
import type { Trail } from "./path.ts";
import { editsOfHookPrompt, editsOfPath } from "./special-strings.ts";
import { isFileName, isKept, isMessageText, isOpaque, isStructural, type Way } from "./structure.ts";
import { byteOffsets, textIndexes } from "./text-bytes.ts";

/** What a rule does with an object or a list that it names: replaces it, or every value in it. */
export type Replaces = "whole" | "inside";

/** A value on the way down. */
interface Place {
  readonly way: Way;
  readonly trail: Trail<Matcher>;
  readonly isOpaque: boolean;
  /** The rule by which everything here is replaced. */
  readonly replacedBy: Matcher | undefined;
  /** What is looked for in every string here. */
  readonly patterns: readonly Matcher[];
  /** So many strings of JSON is it in. */
  readonly level: number;
}

/** Finds what rules replace in JSON texts. */
export class JsonEdits {
  readonly #patterns: readonly Matcher[];
  readonly #trail: Trail<Matcher>;
  readonly #documents: JsonDocument[] = [];
  #replaces: Replaces = "whole";

  constructor(patterns: readonly Matcher[], trail: Trail<Matcher>) {
    this.#patterns = patterns;
    this.#trail = trail;
  }

  /** In order, places in bytes; undefined when the line is not JSON as Codex reads it. */
  of(line: Buffer, replaces: Replaces): Edit[] | undefined {
    this.#replaces = replaces;
    const inside = { isOpaque: false, replacedBy: undefined, patterns: this.#patterns, level: 0 };
    return this.#inText(line, { way: [], trail: this.#trail, ...inside });
  }

  #inText(bytes: Buffer, place: Place): Edit[] | undefined {
    this.#documents[place.level] ??= new JsonDocument();
    const doc = this.#documents[place.level] as JsonDocument;
    if (!scan(doc, bytes, 0, bytes.length, MAX_DEPTH)) return undefined;
    const edits: Edit[] = [];
    this.#visit(doc, 0, place, edits);
    return edits;
  }

  #visit(doc: JsonDocument, node: Node, given: Place, edits: Edit[]): void {
    const ended = given.trail.ended();
    const whole = given.replacedBy ?? ended.find(({ rule }) => rule.pattern === undefined);
    const place = { ...given, replacedBy: whole };
    if (doc.isString(node)) {
      // There may be more of them than a call can take.
      for (const edit of this.#inString(doc, node, place, ended)) edits.push(edit);
      return;
    }
    const isContainer = doc.kind(node) === OBJECT || doc.kind(node) === ARRAY;
    const stays = !place.isOpaque && isStructural(place.way);
    if (whole !== undefined && this.#replaces === "whole" && doc.kind(node) !== NULL && !stays) {
      const text = JSON.stringify(whole.rule.replacement);
      const edit = replacing(whole.rule, whole.at, doc.start(node), doc.end(node));
      edits.push({ ...edit, text, changesKind: true });
    } else if (isContainer) this.#visitInside(doc, node, place, edits);
  }

  #visitInside(doc: JsonDocument, node: Node, place: Place, edits: Edit[]): void {
    const isObject = doc.kind(node) === OBJECT;
    const end = doc.next(node);
    let index = 0;
    for (let at = node + 1; at < end; ) {
      const value = isObject ? at + 1 : at;
      this.#visit(doc, value, below(place, isObject ? doc.string(at) : String(index)), edits);
      index += 1;
      at = doc.next(value);
    }
  }

  #inString(doc: JsonDocument, node: Node, place: Place, ended: readonly Matcher[]): Edit[] {
    const text = doc.string(node);
    if (text === "" || (!place.isOpaque && isKept(place.way, text))) return [];
    const found = this.#inValue(text, place, ended);
    if (found.length === 0) return [];
    const raw = doc.bytes.toString("utf8", doc.start(node), doc.end(node));
    const edits = place.isOpaque ? found : formed(text, place.way, found);
    const offset = byteOffsets(raw);
    return moved(editsBeforeUnescaping(raw, edits), (index) => doc.start(node) + offset(index));
  }

  /** In places of the string's text. */
  #inValue(text: string, place: Place, ended: readonly Matcher[]): Edit[] {
    const whole = place.replacedBy;
    if (whole !== undefined) return [replacing(whole.rule, whole.at, 0, text.length)];
    const patterns = ended.length === 0 ? place.patterns : [...place.patterns, ...ended];
    const inJson = this.#inJson(text, { ...place, patterns });
    return inJson ?? ofOneValue(matchesIn(text, patterns, MAX_LEVELS - place.level));
  }

  /** What is in a string that holds an object or a list as JSON. */
  #inJson(text: string, place: Place): Edit[] | undefined {
    if (place.level === MAX_LEVELS || !/^\s*[[{]/.test(text)) return undefined;
    const bytes = Buffer.from(text);
    const edits = this.#inText(bytes, { ...place, isOpaque: true, level: place.level + 1 });
    return edits && bytes.length !== text.length ? moved(edits, textIndexes(bytes)) : edits;
  }
}

function below(place: Place, name: string): Place {
  const way = place.isOpaque ? place.way : [...place.way, name];
  return { ...place, way, trail: place.trail.down(name), isOpaque: place.isOpaque || isOpaque(way) };
}

/** Edits of a string, as its place in the line allows them. */
function formed(text: string, way: Way, edits: readonly Edit[]): Edit[] {
  if (isFileName(way)) return editsOfPath(text, edits);
  return isMessageText(way) ? editsOfHookPrompt(text, edits) : [...edits];
}
