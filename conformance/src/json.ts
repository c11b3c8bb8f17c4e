/**
 * A small JSON reader that loses nothing: numbers keep their text, objects their key order and repeated keys, and
 * every value knows where in the text it stands.
 */
export type Json = JsonScalar | JsonArray | JsonObject;
export type JsonScalar =
  | { kind: "null" | "true" | "false"; from: number; to: number }
  | { kind: "number"; text: string; from: number; to: number }
  | { kind: "string"; value: string; from: number; to: number };
export type JsonArray = { kind: "array"; elements: Json[]; from: number; to: number };
export type JsonObject = { kind: "object"; members: Member[]; from: number; to: number };
export type Member = { key: string; value: Json };

const BLANK = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const STRING = /"(?:[^"\\\p{Cc}]|[\u007f-\u009f]|\\.)*"/uy;
const LITERALS = ["null", "true", "false"] as const;

export function readJson(text: string): Json {
  const reader = new Reader(text);
  const value = reader.value();
  reader.blank();
  if (reader.at !== text.length) throw reader.failure();
  return value;
}

/** The member of an object, the last one where the key repeats. */
export function member(value: Json | undefined, key: string): Json | undefined {
  return value?.kind === "object" ? value.members.findLast((entry) => entry.key === key)?.value : undefined;
}

export function stringMember(value: Json | undefined, key: string): string | undefined {
  const found = member(value, key);
  return found?.kind === "string" ? found.value : undefined;
}

/** The text of a value as it was written. */
export function sourceOf(text: string, value: Json): string {
  return text.slice(value.from, value.to);
}

class Reader {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  failure(): Error {
    return new Error(`not JSON at character ${this.at}: ${JSON.stringify(this.text.slice(this.at, this.at + 40))}`);
  }

  value(): Json {
    this.blank();
    const from = this.at;
    switch (this.text[from]) {
      case "{":
        return this.object(from);
      case "[":
        return this.array(from);
      case '"':
        return { kind: "string", value: this.string(), from, to: this.at };
      default:
        return this.literalOrNumber(from);
    }
  }

  blank(): void {
    this.match(BLANK);
  }

  private object(from: number): JsonObject {
    const members: Member[] = [];
    this.list("}", () => {
      this.blank();
      const key = this.string();
      this.blank();
      this.expect(":");
      members.push({ key, value: this.value() });
    });
    return { kind: "object", members, from, to: this.at };
  }

  private array(from: number): JsonArray {
    const elements: Json[] = [];
    this.list("]", () => elements.push(this.value()));
    return { kind: "array", elements, from, to: this.at };
  }

  private list(end: string, element: () => void): void {
    this.at += 1;
    this.blank();
    if (this.text[this.at] === end) {
      this.at += 1;
      return;
    }
    for (;;) {
      element();
      this.blank();
      if (this.text[this.at] === end) break;
      this.expect(",");
    }
    this.at += 1;
  }

  private string(): string {
    const source = this.match(STRING);
    if (source === "") throw this.failure();
    return source.includes("\\") ? parsedString(source) : source.slice(1, -1);
  }

  private literalOrNumber(from: number): Json {
    const kind = LITERALS.find((word) => this.text.startsWith(word, from));
    if (kind !== undefined) {
      this.at += kind.length;
      return { kind, from, to: this.at };
    }
    const text = this.match(NUMBER);
    if (text === "") throw this.failure();
    return { kind: "number", text, from, to: this.at };
  }

  private match(pattern: RegExp): string {
    pattern.lastIndex = this.at;
    const found = pattern.exec(this.text)?.[0] ?? "";
    this.at += found.length;
    return found;
  }

  private expect(character: string): void {
    if (this.text[this.at] !== character) throw this.failure();
    this.at += 1;
  }
}

function parsedString(source: string): string {
  const value: unknown = JSON.parse(source);
  if (typeof value !== "string") throw new Error(`not a string: ${source}`);
  return value;
}
