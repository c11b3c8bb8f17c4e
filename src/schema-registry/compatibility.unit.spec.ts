import { describe, expect, it } from "vitest";
import { parseSchema } from "./avro-types.ts";
import { incompatibilities, isFullyCompatible } from "./compatibility.ts";

/** A record `n.R` with these fields. */
function record(...fields: readonly object[]): object {
  return { type: "record", name: "R", namespace: "n", fields };
}

const field = (type: unknown, more: object = {}) => ({ name: "a", type, ...more });
const enumOf = (symbols: readonly string[], more: object = {}) => ({ type: "enum", name: "E", symbols, ...more });
const a = field("string");

/** Each rule: the old schema, the new one, what the old reader cannot read, what the new reader cannot read. */
const rules: readonly (readonly [rule: string, old: object, next: object, oldReads: string, newReads: string])[] = [
  ["the same schema", record(a), record(a), "", ""],
  [
    "another doc, another order of fields",
    record(a, { name: "b", type: "int" }),
    record({ name: "b", type: "int", doc: "b" }, a),
    "",
    "",
  ],
  ["a new field with a default", record(a), record(a, { name: "b", type: "long", default: 0 }), "", ""],
  [
    "a new nullable field with the default null",
    record(a),
    record(a, { name: "b", type: ["null", "string"], default: null }),
    "",
    "",
  ],
  [
    "a new field without a default",
    record(a),
    record(a, { name: "b", type: "long" }),
    "",
    "n.R.b: the writer has no such field, and the reader no default for it",
  ],
  [
    "a field without a default that goes",
    record(a, { name: "b", type: "long" }),
    record(a),
    "n.R.b: the writer has no such field, and the reader no default for it",
    "",
  ],
  [
    "another name for a field, even with an alias",
    record(a),
    record({ ...a, name: "b", aliases: ["a"] }),
    "n.R.a: the writer has no such field, and the reader no default for it",
    "n.R.b: the writer has no such field, and the reader no default for it",
  ],
  [
    "another name for a type, even with an alias",
    record(a),
    { ...record(a), name: "S", aliases: ["R"] },
    "n.S: n.S cannot be read as n.R",
    "n.R: n.R cannot be read as n.S",
  ],
  [
    "another namespace",
    record(a),
    { ...record(a), namespace: "m" },
    "m.R: m.R cannot be read as n.R",
    "n.R: n.R cannot be read as m.R",
  ],
  [
    "an int that becomes a long",
    record(field("int")),
    record(field("long")),
    "n.R.a: long cannot be read as int",
    "n.R.a: int cannot be read as long",
  ],
  [
    "a string that becomes bytes",
    record(a),
    record(field("bytes")),
    "n.R.a: bytes cannot be read as string",
    "n.R.a: string cannot be read as bytes",
  ],
  [
    "a value that may be null now",
    record(a),
    record(field(["null", "string"], { default: null })),
    "n.R.a: null cannot be read as string",
    "",
  ],
  [
    "the branches of a union in another order",
    record(field(["null", "string"])),
    record(field(["string", "null"])),
    "",
    "",
  ],
  [
    "a new branch",
    record(field(["null", "string"])),
    record(field(["null", "string", "long"])),
    "n.R.a: long cannot be read as null or string",
    "",
  ],
  [
    "a new symbol, where the enum has a default",
    record(field(enumOf(["x", "u"], { default: "u" }))),
    record(field(enumOf(["x", "y", "u"], { default: "u" }))),
    "",
    "",
  ],
  [
    "a new symbol, where it has none",
    record(field(enumOf(["x"]))),
    record(field(enumOf(["x", "y"]))),
    "n.R.a: the reader does not know y, and its enum has no default",
    "",
  ],
  [
    "a new symbol, where the field has a default but the enum none",
    record(field(enumOf(["x"]), { default: "x" })),
    record(field(enumOf(["x", "y"]), { default: "x" })),
    "n.R.a: the reader does not know y, and its enum has no default",
    "",
  ],
  [
    "a change inside a record inside a union",
    record(field(["null", { type: "record", name: "I", fields: [a] }])),
    record(field(["null", { type: "record", name: "I", fields: [a, { name: "b", type: "int" }] }])),
    "",
    "n.R.a.b: the writer has no such field, and the reader no default for it",
  ],
];

const schema = (json: object) => parseSchema(JSON.stringify(json));

describe("compatibility both ways", () => {
  it.each(rules)("%s", (_rule, old, next, oldReads, newReads) => {
    expect(incompatibilities(schema(old), schema(next)).join()).toBe(oldReads);
    expect(incompatibilities(schema(next), schema(old)).join()).toBe(newReads);
    expect(isFullyCompatible(schema(old), schema(next))).toBe(oldReads + newReads === "");
  });

  it("where it holds, avsc can read either as the other", () => {
    for (const [, old, next] of rules) {
      const [one, other] = [schema(old), schema(next)];
      if (!isFullyCompatible(one, other)) continue;
      expect(() => [one.createResolver(other), other.createResolver(one)]).not.toThrow();
    }
  });
});

describe("types that these schemas do not use are refused, also in fields that are only skipped", () => {
  it.each([
    ["list", { type: "array", items: "int" }, "n.R.b: array is not used in these schemas; carry it as JSON text"],
    ["map", { type: "map", values: "int" }, "n.R.b: map is not used in these schemas; carry it as JSON text"],
    ["double", "double", "n.R.b: double is not used in these schemas; carry it as JSON text"],
    [
      "fixed",
      { type: "fixed", name: "F", size: 2 },
      "n.R.b: fixed is not used in these schemas; carry it as JSON text",
    ],
    [
      "error",
      { type: "error", name: "X", fields: [] },
      "n.R.b: error is not used in these schemas; carry it as JSON text",
    ],
    ["record that holds itself", ["null", "R"], "n.R.b: n.R holds itself; give it an end, or carry it as JSON text"],
  ])("%s", (_name, type, problem) => {
    const writer = schema(record(a, { name: "b", type }));
    expect(incompatibilities(schema(record(a)), writer)).toEqual([problem]);
  });

  it("a type used twice does not hold itself", () => {
    const inner = { type: "record", name: "I", fields: [a] };
    const twice = schema(record({ name: "b", type: inner }, { name: "c", type: "I" }));
    expect(incompatibilities(twice, twice)).toEqual([]);
  });
});
