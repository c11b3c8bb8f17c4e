import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { requestIn } from "./message.ts";

describe("a request", () => {
  it("has an id, a method and params, and may have more", () => {
    expect(requestIn('{"jsonrpc":"2.0","method":"thread/list","params":{"limit":1},"id":7}')).toEqual({
      id: "7",
      method: "thread/list",
      params: { limit: 1 },
    });
  });

  it("may be without params", () => {
    expect(requestIn('{"id":"a","method":"m"}')).toEqual({ id: '"a"', method: "m", params: undefined });
  });

  it.each([
    ["0", "0"],
    ["-5", "-5"],
    ["9007199254740993", "9007199254740993"],
    ["-9223372036854775808", "-9223372036854775808"],
    ["9223372036854775807", "9223372036854775807"],
    ['""', '""'],
    ['"\\u0041\\""', '"A\\""'],
  ])("keeps its id exactly: %s", (written, kept) => {
    expect(requestIn(`{"id":${written},"method":"m"}`)).toMatchObject({ id: kept });
  });

  it.each(["5", '"text"', '"\\u00e9"', "null", "[1]", "{}"])("may have any params: %s", (params) => {
    expect(requestIn(`{"id":1,"method":"m","params":${params}}`)).toEqual({
      id: "1",
      method: "m",
      params: JSON.parse(params),
    });
  });

  it("that holds an integer over 64 bits is known by its id", () => {
    expect(requestIn('{"id":1,"method":"m","params":{"limit":99999999999999999999}}')).toEqual({
      id: "1",
      reason: "integer outside 64 bits",
    });
  });
});

describe("no request", () => {
  it.each([
    "",
    "not json",
    '{"id":1,"method":"m"',
    "null",
    "5",
    "[]",
    "{}",
    '{"id":1}',
    '{"method":"m"}',
    '{"id":null,"method":"m"}',
    '{"id":1.0,"method":"m"}',
    '{"id":1e3,"method":"m"}',
    '{"id":true,"method":"m"}',
    '{"id":{},"method":"m"}',
    '{"id":9223372036854775808,"method":"m"}',
    '{"id":99999999999999999999,"method":"m"}',
    '{"id":1,"method":5}',
    '{"id":1,"result":{}}',
    '{"id":1,"id":1,"method":"m"}',
    '{"id":1,"method":"m","method":"m"}',
    '{"id":1,"method":"m","params":{},"params":{}}',
    '[{"id":1,"method":"m"}]',
  ])("is %s", (message) => {
    expect(requestIn(message)).toBeNull();
  });

  it("is almost any text, and none does harm", () => {
    fc.assert(fc.property(fc.string({ unit: "binary" }), (text) => requestIn(text) === null || text.startsWith("{")));
    fc.assert(fc.property(fc.json(), (text) => requestIn(text) === null || text.includes('"method"')));
  });
});
