import { describe, expect, it } from "vitest";
import type { CheckpointHead } from "./checkpoint-store.ts";
import { HaltError } from "./errors.ts";
import { type Found, madeAgain, planRecovery } from "./recovery.ts";

const STOP = { onLostHistory: "stop", onLostOffset: "stop" } as const;
const GO_ON = { onLostHistory: "continue", onLostOffset: "start-over" } as const;
const MARK = { offset: 39, crc: 7 };

const head = (watermark: number, highest = watermark): CheckpointHead => ({
  generation: 2,
  watermark,
  highest,
  mark: MARK,
});
const found = (rest: Partial<Found>): Found => ({
  committed: 60,
  head: head(40),
  bounds: { start: 0, end: 100 },
  ...rest,
});

/** From where to where a start reads silently, and in which generation. */
function brief(state: Found, choices: Parameters<typeof planRecovery>[1] = STOP): string {
  const { readFrom, emitFrom, head: next, startsOver } = planRecovery(state, choices);
  return `${readFrom}..${emitFrom} g${next.generation}${startsOver ? " over" : ""}`;
}

describe("recovery: from what was found to where emitting goes on", () => {
  it.each<[string, Partial<Found>, string]>([
    ["a new group starts at the beginning of the log, emitting", { committed: null, head: null }, "0..0 g0 over"],
    [
      "a new group on a log that lost its beginning",
      { committed: null, head: null, bounds: { start: 5, end: 9 } },
      "5..5 g0 over",
    ],
    ["the checkpoint is as far as the committed offset", { head: head(60) }, "60..60 g2"],
    ["the checkpoint is behind: what lies between is applied silently", {}, "40..60 g2"],
    ["a flush was cut short: some states are ahead of the watermark", { head: head(40, 60) }, "40..60 g2"],
    ["offsets were set forward: what is skipped is applied silently", { committed: 100 }, "40..100 g2"],
    ["offsets were set back: all is rebuilt, in a new generation", { committed: 30 }, "0..30 g3 over"],
    ["offsets were set back between watermark and highest", { committed: 50, head: head(40, 60) }, "0..50 g3 over"],
    ["offsets were set back to the beginning", { committed: 0 }, "0..0 g3 over"],
    ["the checkpoint is lost", { head: null }, "0..60 g0 over"],
    [
      "there is no checkpoint, and nothing of what the log holds was processed",
      { committed: 5, head: null, bounds: { start: 5, end: 9 } },
      "5..5 g0 over",
    ],
  ])("%s", (_, state, expected) => {
    expect(brief(found(state))).toBe(expected);
  });

  it("checks the record after which the checkpoint was taken, while the log holds it", () => {
    expect(planRecovery(found({}), STOP).mark).toEqual(MARK);
    expect(planRecovery(found({ bounds: { start: 39, end: 100 } }), STOP).mark).toEqual(MARK);
    expect(planRecovery(found({ bounds: { start: 40, end: 100 } }), STOP).mark).toBeNull();
  });

  it.each<[string, Partial<Found>, RegExp]>([
    ["a checkpoint without a committed offset", { committed: null }, /no committed offset.*onLostOffset=start-over/],
    ["a committed offset beyond the end", { committed: 101 }, /101 lies beyond the end 100.*onLostOffset=start-over/],
    ["a checkpoint beyond the end", { head: head(90, 120) }, /checkpoint \(120\).*onLostOffset=start-over/],
  ])("%s halts, and names the option", (_, state, message) => {
    expect(() => planRecovery(found(state), STOP)).toThrow(HaltError);
    expect(() => planRecovery(found(state), STOP)).toThrow(message);
    expect(brief(found(state), GO_ON)).toBe("0..0 g3 over");
  });

  it.each<[string, Partial<Found>, RegExp, string]>([
    ["records removed before they were processed", { bounds: { start: 70, end: 100 } }, /\[60, 70\)/, "70..70 g3 over"],
    [
      "records removed that the checkpoint does not hold",
      { bounds: { start: 50, end: 100 } },
      /\[40, 50\)/,
      "50..60 g3 over",
    ],
    [
      "a rebuild whose beginning was removed",
      { head: null, bounds: { start: 5, end: 100 } },
      /below 5/,
      "5..60 g0 over",
    ],
    [
      "a reset whose beginning was removed",
      { committed: 30, bounds: { start: 5, end: 100 } },
      /below 5/,
      "5..30 g3 over",
    ],
  ])("%s halt, and name the option", (_, state, message, goingOn) => {
    expect(() => planRecovery(found(state), STOP)).toThrow(HaltError);
    expect(() => planRecovery(found(state), STOP)).toThrow(message);
    expect(() => planRecovery(found(state), STOP)).toThrow(/onLostHistory=continue/);
    expect(brief(found(state), GO_ON)).toBe(goingOn);
  });

  it("another record at the mark means that the topic was made again", () => {
    expect(() => madeAgain(found({}), STOP, MARK)).toThrow(/record 39 is not the one.*onLostOffset=start-over/);
    expect(madeAgain(found({}), GO_ON, MARK)).toMatchObject({ readFrom: 0, emitFrom: 0, startsOver: true });
  });
});
