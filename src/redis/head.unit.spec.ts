import { describe, expect, it } from "vitest";

import { attemptsFields, headFields, readHead, UnreadableHeadError } from "./head.ts";

const NOTHING = { owner: "1-x", writes: "0" };

function read(fields: Readonly<Record<string, string>>) {
  return readHead("p:{g:t:0}:head", new Map(Object.entries(fields)));
}

function pairs(fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(fields.flatMap((name, at) => (at % 2 === 0 ? [[name, fields[at + 1] ?? ""]] : [])));
}

describe("the head of a checkpoint", () => {
  it("just acquired holds nothing", () => {
    expect(read(NOTHING)).toEqual({
      owner: "1-x",
      writes: 0,
      threads: 0,
      generation: null,
      stale: [],
      head: null,
      attempts: null,
    });
  });

  it.each([null, { offset: 0, crc: 0 }, { offset: 2 ** 53 - 1, crc: 2 ** 32 - 1 }])(
    "is read as written, mark %o",
    (mark) => {
      const head = { generation: 0, watermark: 0, highest: 2 ** 53 - 1, mark };
      expect(read({ ...NOTHING, generation: "0", ...pairs(headFields(head)) }).head).toEqual(head);
    },
  );

  it.each([null, 0, 7])("has the attempts as they were noted, suspect %o", (suspect) => {
    const attempts = { offset: 0, count: 1, suspect, suspectCount: 0 };
    expect(read({ ...NOTHING, ...pairs(attemptsFields(attempts)) }).attempts).toEqual(attempts);
  });

  it("without a watermark is not one: its first flush was not finished", () => {
    expect(read({ ...NOTHING, generation: "4", highest: "9", threads: "2" })).toMatchObject({
      generation: 4,
      head: null,
    });
  });

  it("names the generations that are still to be removed", () => {
    expect(read({ ...NOTHING, "stale:2": "", "stale:10": "" }).stale).toEqual([2, 10]);
  });

  it.each(["-1", "1.5", "1e3", "x", "9007199254740992"])("with the number %s is another version's", (watermark) => {
    const reading = () => read({ ...NOTHING, generation: "0", watermark, highest: "9" });
    expect(reading).toThrow(UnreadableHeadError);
    expect(reading).toThrow(`watermark of p:{g:t:0}:head was "${watermark}", not a whole number`);
  });

  it("without a field that belongs to it is another version's", () => {
    expect(() => read({ ...NOTHING, generation: "0", watermark: "1" })).toThrow("p:{g:t:0}:head had no highest");
  });
});
