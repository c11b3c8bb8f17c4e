import { expect, it } from "vitest";
import { wordsIn } from "./words.ts";

it("words are runs of letters, digits and marks of any script, each once", () => {
  expect(wordsIn('Fix "src/api.ts", fix-it AND Überfälle! ２０２６ день e\u0301té')).toEqual([
    ...["Fix", "src", "api", "ts", "fix", "it", "AND", "Überfälle", "２０２６", "день", "e\u0301té"],
  ]);
  expect(wordsIn(" .,-_*\"'")).toEqual([]);
});

it("more words than 32 are not looked for", () => {
  expect(wordsIn(Array.from({ length: 100 }, (_word, n) => `w${n}`).join(" ")).length).toBe(32);
});
