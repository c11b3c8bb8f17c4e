import { describe, expect, it } from "vitest";
import { JsonText, stringify } from "../../src/json/index.ts";
import { type DecodedLine, type HistoryMode, LineDecoder } from "../../src/rollout/index.ts";

/** An object of a rollout line as plain data; `raw` for what plain data cannot say. */
export type Wire = Readonly<Record<string, unknown>>;

export const raw = (text: string): JsonText => new JsonText(text);

const decoder = new LineDecoder();

/** Decodes one line that stands between two others. */
export function decode(line: string | Buffer, mode: HistoryMode = "legacy"): DecodedLine {
  const bytes = typeof line === "string" ? Buffer.from(line) : line;
  const buffer = Buffer.concat([Buffer.from('"before"\n'), bytes, Buffer.from('\n"after"')]);
  return decoder.decode(buffer, 9, 9 + bytes.length, mode);
}

export function lineOf(type: string, payload: unknown, members: Wire = {}): string {
  return stringify({ timestamp: "2026-01-01T00:00:00Z", ...members, type, payload });
}

export function decodeEvent(payload: Wire, mode: HistoryMode = "legacy"): DecodedLine {
  return decode(lineOf("event_msg", payload), mode);
}

export const THREAD = "01900000-0000-7000-8000-00000000000a";
export const OTHER_THREAD = "01900000-0000-7000-8000-00000000000b";

/** A completed item, as paginated rollouts carry it. */
export function decodeItem(item: unknown, members: Wire = {}, mode: HistoryMode = "paginated"): DecodedLine {
  return decodeEvent({ type: "item_completed", thread_id: THREAD, turn_id: "t", item, ...members }, mode);
}

export function eventOf(line: DecodedLine): object {
  if (line.outcome !== "event") throw new Error(`no event: ${JSON.stringify(line)}`);
  return line.event;
}

export function itemOf(line: DecodedLine): object {
  const event = eventOf(line);
  return "item" in event ? (event.item as object) : event;
}

/** That a line is refused for a reason, by a message that names the field. */
export function expectRejection(line: DecodedLine, reason: string, field: string): void {
  expect(line).toMatchObject({ outcome: "rejected", reason, message: expect.stringContaining(`"${field}"`) });
}

interface FieldType {
  /** Values that are read. */
  readonly accepted?: readonly unknown[];
  /** Values of other JSON types, or numbers outside the type. */
  readonly wrong?: readonly unknown[];
  /** Values of the right JSON type that are refused. */
  readonly unknown?: readonly unknown[];
}

const NOT_INTEGERS = ["5", true, {}, [], 1.5, raw("1.0"), raw("1e3"), raw("-0.0")];
const absolute = ["a", "", "./a", "~/a", "C:\\a", "file:///a"];

const TYPES: Readonly<Record<string, FieldType>> = {
  text: { accepted: ["", "é"], wrong: [5, true, {}, ["x"]] },
  filled: { accepted: ["x"], wrong: [5, {}], unknown: [""] },
  flag: { accepted: [true, false], wrong: ["true", 0, {}] },
  number: { accepted: [0, -1.5, raw("1e39")], wrong: ["1", true, {}] },
  int64: {
    accepted: [-1, raw("-0"), raw("9223372036854775807"), raw("-9223372036854775808")],
    wrong: [...NOT_INTEGERS, raw("9223372036854775808")],
  },
  uint64: { accepted: [0, raw("-0"), raw("18446744073709551615")], wrong: [...NOT_INTEGERS, -1] },
  int32: { accepted: [-2147483648, 2147483647], wrong: [...NOT_INTEGERS, 2147483648, -2147483649] },
  uint32: { accepted: [0, raw("-0"), 4294967295], wrong: [...NOT_INTEGERS, -1, 4294967296] },
  uuid: { accepted: [THREAD], wrong: [5, {}], unknown: ["", "x", `${THREAD}0`] },
  absolute: { accepted: ["/", "/a/../b"], wrong: [5, {}], unknown: absolute },
  uri: { accepted: ["file:///"], wrong: [5, {}], unknown: ["", "/a", "a", "https://h/a"] },
  agentPath: { accepted: ["/root", "/root/a_1/b"], wrong: [5], unknown: ["", "/", "root", "/root/A", "/root/root"] },
  list: { accepted: [[]], wrong: ["x", 5, {}] },
  texts: { accepted: [[], [""]], wrong: ["x", {}, [5], [null]] },
  flags: { wrong: ["x"] },
  object: { wrong: ["x", 5, []] },
  any: { accepted: [5, "x", [], {}, false] },
};

function typeOf(name: string): FieldType {
  if (name.startsWith("(")) {
    const texts = name.slice(1, -1).split("|");
    return { accepted: texts, wrong: [5, true, {}], unknown: ["", "zz", (texts[0] as string).toUpperCase()] };
  }
  const type = TYPES[name];
  if (type === undefined) throw new Error(`no such type: ${name}`);
  return type;
}

/** `!` required; `?` absent or null; `=` may be absent, not null. Then the type, then `unread` or `as <member>`. */
interface Rule {
  readonly presence: string;
  readonly typeName: string;
  readonly member: string | null;
}

function ruleOf(field: string, notation: string): Rule {
  const [presence = "", typeName = "", role, name] = notation.split(" ");
  const camelCase = field.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return { presence, typeName, member: role === "unread" ? null : (name ?? camelCase) };
}

export interface Shape {
  /** Every field given, in its most telling form. */
  readonly example: Wire;
  /** What the example reads as. */
  readonly reads: object;
  readonly fields: Readonly<Record<string, string>>;
  /** What absent fields read as, where that is not null. */
  readonly absent?: Readonly<Record<string, unknown>>;
  /** Keys that are refused; all others are ignored. */
  readonly isClosed?: boolean;
  readonly decode: (value: Wire) => DecodedLine;
  /** What of the line is compared with `reads`. */
  readonly read?: (line: DecodedLine) => unknown;
}

function without(value: Wire, field: string): Wire {
  return Object.fromEntries(Object.entries(value).filter(([key]) => key !== field));
}

/** Tests every rule of one shape: the example, and what follows when each field is absent, null, or of another type. */
export function specify(title: string, shape: Shape): void {
  const { example, reads, fields, absent = {}, decode, read = eventOf } = shape;
  describe(title, () => {
    it("reads each field", () => expect(read(decode(example))).toEqual(reads));
    if (shape.isClosed !== true)
      it("ignores other keys", () => expect(read(decode({ ...example, zz: { "": [null] } }))).toEqual(reads));
    for (const [field, notation] of Object.entries(fields)) {
      const rule = ruleOf(field, notation);
      specifyPresence(shape, field, rule);
      const { accepted = [], wrong = [], unknown = [] } = typeOf(rule.typeName);
      it(`${field} is of the type ${rule.typeName}`, () => {
        for (const value of accepted) expect(decode({ ...example, [field]: value }).outcome).toBe("event");
        for (const value of wrong) expectRejection(decode({ ...example, [field]: value }), "wrong-type", field);
        for (const value of unknown) expectRejection(decode({ ...example, [field]: value }), "unknown-value", field);
      });
    }
    const given = Object.keys(fields).filter((field) => field in example);
    it("has an example for each field", () => expect(given).toEqual(Object.keys(fields)));
    it("has a field for each absent value", () => {
      for (const member of Object.keys(absent)) expect(reads).toHaveProperty(member);
    });
  });
}

function specifyPresence(
  { example, reads, absent = {}, decode, read = eventOf }: Shape,
  field: string,
  rule: Rule,
): void {
  const { presence, member } = rule;
  const left = () => decode(without(example, field));
  const nulled = () => decode({ ...example, [field]: null });
  const readsAbsent = member === null ? reads : { ...reads, [member]: absent[member] ?? null };
  if (presence === "!") {
    it(`${field} is required`, () => expectRejection(left(), "missing-field", field));
    if (rule.typeName !== "any") it(`${field} may not be null`, () => expectRejection(nulled(), "wrong-type", field));
  } else it(`${field} may be absent`, () => expect(read(left())).toEqual(readsAbsent));
  if (presence === "?") it(`${field} may be null, as if absent`, () => expect(read(nulled())).toEqual(readsAbsent));
  if (presence === "=") it(`${field} may not be null`, () => expectRejection(nulled(), "wrong-type", field));
}
