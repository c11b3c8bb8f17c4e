import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { Turns } from "./turns.ts";

describe("turns", () => {
  it("those with something new come before history; told twice is one turn", () => {
    const turns = new Turns();
    turns.addHistory("a");
    turns.addHistory("b");
    turns.touch("c");
    turns.touch("b");
    turns.touch("c");

    expect([turns.next(), turns.next(), turns.next(), turns.next()]).toEqual(["c", "b", "a", undefined]);
  });

  it("waiting again and again leaves nothing behind", async () => {
    const turns = new Turns();
    const stop = new AbortController();
    for (let n = 0; n < 100; n++) {
      const waiting = turns.waiting(stop.signal);
      turns.touch("a");
      await waiting;
      turns.next();
    }

    expect(getEventListeners(stop.signal, "abort").length).toBe(0);
  });
});
