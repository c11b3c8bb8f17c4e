import { describe, expect, it } from "vitest";
import { AppendRefusedError } from "./errors.ts";
import { type GivenPlace, type PlacedLines, ThreadPlaces } from "./thread-places.ts";

const THREAD = "01900000-0000-7000-8000-00000000000a";
const PARENT = "01900000-0000-7000-8000-00000000000b";
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

const line = (text: string): Buffer => Buffer.from(JSON.stringify({ type: "event_msg", payload: { type: text } }));

function session(id: string, more: object = {}): Buffer {
  const payload = { id, timestamp: "t", cwd: "/", originator: "o", cli_version: "1", ...more };
  return Buffer.from(JSON.stringify({ timestamp: "t", type: "session_meta", payload }));
}

const base = { thread_id: THREAD, end_ordinal_exclusive: 1, end_byte_offset: 10 };
const revert = session(THREAD, { history_mode: "paginated", history_base: base });

/** Takes places for each list of lines, one after the other. */
function given(...appends: readonly (readonly [lines: readonly Buffer[], place?: GivenPlace])[]) {
  const places = new ThreadPlaces();
  const taken = appends.map(([lines, place = {}]) => places.take(THREAD, lines, place));
  return { places, taken, at: taken.map(({ place }) => place) };
}

const rolloutOf = (taken: PlacedLines | undefined): string => taken?.place.rolloutId ?? "";

describe("the rollout of lines", () => {
  it("is the one that is given", () => {
    expect(given([[line("a")], { rolloutId: "r" }]).at).toEqual([{ rolloutId: "r", position: 0 }]);
  });

  it("is the thread's running one, whatever it began with", () => {
    const { at } = given(
      [[line("a")], { rolloutId: "r" }],
      [[line("b"), line("c")]],
      [[session(THREAD)]],
      [[line("d")]],
    );
    expect(at).toEqual([0, 1, 3, 4].map((position) => ({ rolloutId: "r", position })));
  });

  it("is that of the session that a thread begins with", () => {
    const { at } = given([[session(THREAD), line("a")]], [[session(PARENT), line("b")]]);
    expect(at).toEqual([
      { rolloutId: THREAD, position: 0 },
      { rolloutId: THREAD, position: 2 },
    ]);
  });

  it("is a new one for a thread that begins with other lines", () => {
    const [first, second] = [given([[line("a")]]).taken[0], given([[line("a")]]).taken[0]];
    expect(rolloutOf(first)).toMatch(UUID_V7);
    expect(rolloutOf(second)).not.toBe(rolloutOf(first));
  });

  it("is a new one after a session whose history was cut", () => {
    const { taken, at } = given([[session(THREAD), line("a")]], [[revert, line("b")]], [[line("c")]], [[revert]]);
    const [, second, , third] = taken.map(rolloutOf);
    expect(second).toMatch(UUID_V7);
    expect(third).toMatch(UUID_V7);
    expect(at).toEqual([
      { rolloutId: THREAD, position: 0 },
      { rolloutId: second, position: 0 },
      { rolloutId: second, position: 2 },
      { rolloutId: third, position: 0 },
    ]);
  });

  it("is a new one for a thread that begins with such a session: the thread's id is that of its first rollout", () => {
    expect(rolloutOf(given([[revert]]).taken[0])).toMatch(UUID_V7);
  });

  it("is the running one after the session of a fork", () => {
    const fork = session(THREAD, { history_mode: "paginated", history_base: base, forked_from_id: PARENT });
    expect(given([[line("a")], { rolloutId: "r" }], [[fork]]).at[1]).toEqual({ rolloutId: "r", position: 1 });
  });

  it("does not change in the middle of an append", () => {
    expect(() => given([[line("a"), revert]])).toThrow("line 2 is a session_meta with a history_base");
    expect(given([[line("a"), revert], { rolloutId: "r" }]).at).toEqual([{ rolloutId: "r", position: 0 }]);
  });
});

describe("positions", () => {
  it("go on from the one that is given", () => {
    const { at } = given(
      [[line("a")], { rolloutId: "r", position: 7 }],
      [[line("b")]],
      [[line("c")], { rolloutId: "r" }],
    );
    expect(at.map(({ position }) => position)).toEqual([7, 8, 9]);
  });

  it("begin at 0 in another rollout", () => {
    expect(given([[line("a")], { rolloutId: "r" }], [[line("b")], { rolloutId: "s" }]).at[1]).toEqual({
      rolloutId: "s",
      position: 0,
    });
  });

  it.each<[GivenPlace, string]>([
    [{ position: 1 }, "position: it needs the rolloutId"],
    [{ rolloutId: "r", position: -1 }, "position: it must be a whole number"],
    [{ rolloutId: "r", position: 0.5 }, "position: it must be a whole number"],
    [{ rolloutId: "a/b" }, "rolloutId: it must have"],
    [{ rolloutId: "" }, "rolloutId: it must have"],
  ])("are not taken for %j", (place, message) => {
    expect(() => given([[line("a")], place])).toThrow(AppendRefusedError);
    expect(() => given([[line("a")], place])).toThrow(message);
  });
});

describe("after a failure", () => {
  const failed = (...lines: readonly (readonly Buffer[])[]) => {
    const made = given(...lines.map((some) => [some] as const));
    made.places.failed(THREAD, made.taken.slice(1));
    const take = (...some: readonly Buffer[]) => made.places.take(THREAD, some, {}).place.position;
    return { ...made, take };
  };

  it("the same lines go to the same places, however they are divided", () => {
    const { take } = failed([line("a")], [line("b"), line("c")], [line("d")]);
    expect([take(line("b")), take(line("c"), line("d")), take(line("e"))]).toEqual([1, 2, 4]);
  });

  it("a further failure leaves what is still to come", () => {
    const { places, take } = failed([line("a")], [line("b"), line("c"), line("d")]);
    places.failed(THREAD, [places.take(THREAD, [line("b")], {})]);
    expect([take(line("b"), line("c")), take(line("d"))]).toEqual([1, 3]);
    expect(() => failed([line("a")], [line("b")]).take(line("c"))).toThrow("may have another line at position 1");
  });

  it("other lines are refused: they would be lost as conflicts", () => {
    const { take } = failed([line("a")], [line("b"), line("c")]);
    expect(() => take(line("x"))).toThrow(AppendRefusedError);
    expect(() => take(line("b"), line("x"))).toThrow("may have another line at position 2");
    expect(take(line("b"))).toBe(1);
  });

  it("other lines may follow in another rollout, where the caller says so, and after the thread was forgotten", () => {
    const { places, take } = failed([line("a")], [line("b")]);
    expect(places.take(THREAD, [line("x")], { rolloutId: "s" }).place).toEqual({ rolloutId: "s", position: 0 });
    const other = failed([line("a")], [line("b")]);
    expect(other.places.take(THREAD, [line("x")], { ...other.at[1] }).place).toEqual(other.at[1]);
    const third = failed([line("a")], [line("b")]);
    third.places.forget(THREAD);
    expect(third.take(line("x"))).toBe(0);
    expect(take(line("y"))).toBe(1);
  });

  it("the rollout that a failed append began is appended to again", () => {
    const { places, taken } = failed([line("a")], [revert, line("b")]);
    const again = places.take(THREAD, [revert, line("b")], {});
    expect(again.place).toEqual({ rolloutId: rolloutOf(taken[1]), position: 0 });
  });

  it("what failed before the thread was forgotten changes nothing after it", () => {
    const { places, taken } = given([[line("a")]]);
    places.forget(THREAD);
    const { place } = places.take(THREAD, [line("b")], {});
    places.failed(THREAD, taken);
    expect(places.take(THREAD, [line("c")], {}).place).toEqual({ ...place, position: 1 });
  });
});
