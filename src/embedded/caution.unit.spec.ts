import { describe, expect, it } from "vitest";
import type { Crashes, RecordPlace } from "../sqlite/index.ts";
import { Caution } from "./caution.ts";

/** What stands in the file, whatever becomes of processes. */
class Noted {
  #crashes: Crashes = { starts: 0, taking: null, suspect: null };

  crashes(): Crashes {
    return this.#crashes;
  }

  noteCrashes(crashes: Crashes): void {
    this.#crashes = crashes;
  }
}

function place(position: number): RecordPlace {
  return { threadId: "t", rolloutId: "r", position };
}

/** A process that takes records until it ends at one of them; answers at which it did not, since it was not taken. */
function crashing(noted: Noted, positions: readonly number[], deadly: number): number[] {
  const caution = new Caution(noted, true);
  const passedOver: number[] = [];
  for (const position of positions) {
    if (!caution.isNeeded) continue;
    if (caution.isCulprit(place(position))) passedOver.push(position);
    caution.take(place(position));
    if (position === deadly && !passedOver.includes(position)) return passedOver;
  }
  return passedOver;
}

describe("caution", () => {
  it("is needed after three starts that did not get to the end", () => {
    const noted = new Noted();
    expect([1, 2, 3, 4].map(() => new Caution(noted, true).isNeeded)).toEqual([false, false, false, true]);
  });

  it("is not needed again once what was there is done", () => {
    const noted = new Noted();
    for (let start = 0; start < 4; start++) new Caution(noted, true);
    new Caution(noted, true).end();
    expect(new Caution(noted, true).isNeeded).toBe(false);
  });

  it("does not count a process that tries again", () => {
    const noted = new Noted();
    for (let start = 0; start < 9; start++) new Caution(noted, false);
    expect(new Caution(noted, false).isNeeded).toBe(false);
  });

  it("passes over the record at which three processes in a row ended, wherever it comes", () => {
    const noted = new Noted();
    for (let start = 0; start < 3; start++) new Caution(noted, true);
    const orders = [
      [1, 2, 7],
      [5, 7, 6],
      [8, 9, 7],
      [3, 4, 7, 8],
    ];
    expect(orders.map((order) => crashing(noted, order, 7))).toEqual([[], [], [], [7]]);
  });

  it("clears a record that was taken without harm", () => {
    const noted = new Noted();
    for (let start = 0; start < 3; start++) new Caution(noted, true);
    crashing(noted, [1], 1);
    crashing(noted, [1], 1);
    expect(noted.crashes().suspect?.count).toBe(1);
    crashing(noted, [1, 2, 3], 3);
    expect(noted.crashes()).toMatchObject({ taking: place(3), suspect: null });
  });
});
