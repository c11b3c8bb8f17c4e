import { describe, expect, it } from "vitest";
import {
  ABSENT,
  ARRAY,
  ESCAPED_STRING,
  FALSE,
  JsonDocument,
  jsonTextOf,
  MAX_DEPTH,
  NULL,
  NUMBER,
  OBJECT,
  STRING,
  scan,
  TRUE,
} from "./index.ts";

function documentOf(text: string, recordDepth = MAX_DEPTH): JsonDocument {
  const doc = new JsonDocument();
  const bytes = Buffer.from(text);
  if (!scan(doc, bytes, 0, bytes.length, recordDepth)) throw new Error(`not accepted: ${text}`);
  return doc;
}

/** The kinds of all nodes, in document order. */
function kindsOf(doc: JsonDocument): number[] {
  return Array.from({ length: doc.next(0) }, (_, node) => doc.kind(node));
}

describe("what a scan records", () => {
  it("is every value in document order, members as key and value", () => {
    const doc = documentOf(String.raw`{"a":[1,true],"\n":{"b":null},"c":false}`);
    expect(kindsOf(doc)).toEqual([
      OBJECT,
      STRING,
      ARRAY,
      NUMBER,
      TRUE,
      ESCAPED_STRING,
      OBJECT,
      STRING,
      NULL,
      STRING,
      FALSE,
    ]);
  });

  it("knows where each value stands, strings without their quotes", () => {
    const doc = documentOf(' {"key": [12 , "é"]} ');
    const texts = [0, 1, 2, 3, 4].map((node) => doc.bytes.toString("utf8", doc.start(node), doc.end(node)));
    expect(texts).toEqual(['{"key": [12 , "é"]}', "key", '[12 , "é"]', "12", "é"]);
  });

  it("skips a value with all that is in it", () => {
    const doc = documentOf('[[1,[2]],{"a":{}},3]');
    const [first] = [doc.next(1)];
    expect(doc.kind(first)).toBe(OBJECT);
    expect(doc.text(doc.next(first))).toBe("3");
    expect(doc.next(doc.next(first))).toBe(doc.next(0));
  });

  it.each([
    [0, [OBJECT]],
    [1, [OBJECT, STRING, NUMBER, STRING, OBJECT]],
    [2, [OBJECT, STRING, NUMBER, STRING, OBJECT, STRING, ARRAY]],
    [3, [OBJECT, STRING, NUMBER, STRING, OBJECT, STRING, ARRAY, STRING]],
  ])("ends below the recording depth %i, where containers are known by their extent", (depth, kinds) => {
    const doc = documentOf('{"a":1,"b":{"c":["x"]}}', depth);
    expect(kindsOf(doc)).toEqual(kinds);
    if (depth === 1) expect(doc.text(4)).toBe('{"c":["x"]}');
  });

  it("validates below the recording depth too", () => {
    const bytes = Buffer.from('{"a":{"b":{"c":01}}}');
    expect(scan(new JsonDocument(), bytes, 0, bytes.length, 1)).toBe(false);
  });

  it("may be longer than a document held before", () => {
    const doc = documentOf(`[${"1,".repeat(5000)}2]`);
    expect(doc.next(0)).toBe(5002);
    expect(doc.text(5001)).toBe("2");
  });

  it("is forgotten by the next scan of the document", () => {
    const doc = documentOf("[1,2,3]");
    const bytes = Buffer.from("[true]");
    scan(doc, bytes, 0, bytes.length, MAX_DEPTH);
    expect(kindsOf(doc)).toEqual([ARRAY, TRUE]);
  });
});

describe("a string", () => {
  it.each([
    ['"plain"', "plain"],
    ['"é😀"', "é😀"],
    ['"\ufeffa"', "\ufeffa"],
    [String.raw`"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"`, '"\\/\b\f\n\r\té😀'],
    ['""', ""],
  ])("%s reads as its text", (json, text) => {
    const doc = documentOf(json);
    expect(doc.isString(0)).toBe(true);
    expect(doc.string(0)).toBe(text);
    expect(doc.stringIs(0, `${text}x`)).toBe(false);
  });

  it("equals a text whatever escapes spell it", () => {
    expect(documentOf(String.raw`"t\u0079pe"`).stringIs(0, "type")).toBe(true);
    expect(documentOf('"type"').stringIs(0, "type")).toBe(true);
    expect(documentOf('"typo"').stringIs(0, "type")).toBe(false);
  });
});

describe("member lookup", () => {
  const textOf = (json: string, key: string) => {
    const doc = documentOf(json);
    const node = doc.member(0, key);
    return node === ABSENT ? undefined : jsonTextOf(doc, node).text;
  };

  it("finds a member by its key", () => expect(textOf('{"a":1,"b":{"a":2},"c":3}', "b")).toBe('{"a":2}'));
  it("finds a key spelled with escapes", () => expect(textOf(String.raw`{"\u0061":1}`, "a")).toBe("1"));
  it("answers ABSENT without such a key", () => expect(textOf('{"ab":1,"b":{"a":1}}', "a")).toBeUndefined());
  it("answers ABSENT in an empty object", () => expect(textOf("{}", "a")).toBeUndefined());
  it("does not take a value for a key", () => expect(textOf('{"b":"a","c":"a"}', "a")).toBeUndefined());
  it("takes the last of repeated keys", () => expect(textOf('{"a":1,"b":2,"a":3}', "a")).toBe("3"));
  it("finds __proto__ and the empty key", () => {
    expect(textOf('{"__proto__":1,"":2}', "__proto__")).toBe("1");
    expect(textOf('{"__proto__":1,"":2}', "")).toBe("2");
  });
});
