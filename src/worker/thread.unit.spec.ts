import { describe, expect, it } from "vitest";
import { LineDecoder } from "../rollout/index.ts";
import type { StoredThread, ThreadDelta } from "./checkpoint-store.ts";
import { Thread } from "./thread.ts";

const THREAD = "01a20000-0000-7000-8000-000000000005";
/** What a thread without anything takes. */
const OVERHEAD = 1_024;

const event = (type: string, fields: object = {}): string =>
  JSON.stringify({ timestamp: "2026-06-05T10:00:00Z", type: "event_msg", payload: { type, ...fields } });
const started = (turnId: string): string => event("task_started", { turn_id: turnId });
const failed = (message: string): string => event("error", { message });
const FAILED = failed("no such model");
const ROLLED_BACK = event("thread_rolled_back", { num_turns: 1 });

const decoder = new LineDecoder();

/** Applies lines from a position on, each the record at the offset of its position; answers what they make known. */
function apply(thread: Thread, from: number, ...lines: readonly string[]): unknown[] {
  return lines.flatMap((text, n) => {
    const line = Buffer.from(text);
    const decoded = decoder.decode(line, 0, line.length, "legacy");
    if (decoded.outcome !== "event") throw new Error(`no event: ${text}`);
    const place = { rolloutId: THREAD, position: from + n };
    const { ordinal, counted, event: told, timestamp } = decoded;
    const observed = { ...place, threadId: THREAD, ordinal, counted, event: told, timestamp, generation: 0 };
    const { mutations } = thread.observe(observed);
    thread.mode.saw(told);
    thread.advance({ ...place, lineHash: 7 }, from + n);
    return mutations.map(({ payload }) => payload);
  });
}

/** What a store has of a thread once it has this delta, too. */
function stored(delta: ThreadDelta, before?: StoredThread): StoredThread {
  const fields = new Map(delta.replaces ? [] : before?.fields);
  for (const [field, text] of delta.set) fields.set(field, text);
  for (const field of delta.removed) fields.delete(field);
  return { revision: delta.revision + 1, fields };
}

const fieldsOf = ({ set }: ThreadDelta): string[] => [...set.keys()].sort();

describe("a thread of which nothing was seen", () => {
  it("reflects no record, and is not to be stored", () => {
    const thread = Thread.fresh("lifecycle", THREAD);
    const { id, offset, quarantine, revision, isDirty, bytes } = thread;
    expect({ id, offset, quarantine, revision, isDirty, bytes }).toEqual({
      id: THREAD,
      offset: 0,
      quarantine: null,
      revision: 0,
      isDirty: false,
      bytes: OVERHEAD,
    });
  });

  it("takes the place of all that may be stored of it, at the revision that has", () => {
    const thread = Thread.fresh("lifecycle", THREAD, 4);
    apply(thread, 0, started("turn-1"));
    expect(thread.capture()).toMatchObject({ threadId: THREAD, revision: 4, replaces: true });
    apply(thread, 1, FAILED);
    expect(thread.capture()).toMatchObject({ threadId: THREAD, revision: 5, replaces: false });
    expect(thread.revision).toBe(6);
  });
});

describe("what is to be stored of a thread", () => {
  it("is what changed, with how far it is", () => {
    const thread = Thread.fresh("lifecycle", THREAD);
    apply(thread, 0, started("turn-1"));
    expect(thread.isDirty).toBe(true);
    const all = ["mode", "offset", "positions", "s:head", "s:index", "s:turn:1"];
    expect(fieldsOf(thread.capture())).toEqual(all);
    expect(thread.isDirty).toBe(false);

    apply(thread, 1, FAILED);
    const delta = thread.capture();
    expect(fieldsOf(delta)).toEqual(["offset", "positions", "s:turn:1"]);
    expect([delta.set.get("offset"), delta.removed]).toEqual(["2", []]);
  });

  it("tells which fields went", () => {
    const thread = Thread.fresh("lifecycle", THREAD);
    apply(thread, 0, started("turn-1"));
    thread.capture();
    apply(thread, 1, ROLLED_BACK);
    const delta = thread.capture();
    expect(delta.removed).toEqual(["s:turn:1"]);
    expect(delta.set.has("s:turn:1")).toBe(false);
  });

  it("is only how far it is, when a record had no effect", () => {
    const thread = Thread.fresh("lifecycle", THREAD);
    apply(thread, 0, started("turn-1"));
    thread.capture();
    thread.reflect(8);
    expect([thread.isDirty, thread.offset]).toEqual([true, 9]);
    expect(fieldsOf(thread.capture())).toEqual(["offset", "positions"]);
  });

  it("is where it stopped and why, as soon as it did", () => {
    const thread = Thread.fresh("lifecycle", THREAD);
    thread.stopAt({ offset: 19, reason: "it threw" });
    expect([thread.isDirty, thread.quarantine]).toEqual([true, { offset: 19, reason: "it threw" }]);
    expect(thread.capture().set.get("quarantine")).toBe('{"offset":19,"reason":"it threw"}');
  });
});

describe("a thread that is read back", () => {
  it("goes on as the one that was stored would have", () => {
    const before = Thread.fresh("lifecycle", THREAD);
    apply(before, 0, started("turn-1"), started("turn-2"));
    const first = stored(before.capture());
    apply(before, 2, ROLLED_BACK);
    before.stopAt({ offset: 19, reason: "it threw" });
    const { revision, fields } = stored(before.capture(), first);

    const thread = Thread.restored("lifecycle", THREAD, { revision, fields });
    expect([thread.revision, thread.offset, thread.isDirty]).toEqual([2, 3, false]);
    expect(thread.quarantine).toEqual({ offset: 19, reason: "it threw" });
    const admitted = [2, 3].map((position) => thread.positions.admit({ rolloutId: THREAD, position, lineHash: 7 }));
    expect(admitted).toEqual(["duplicate", "apply"]);
    const rest = [FAILED, started("turn-3")] as const;
    expect(apply(thread, 3, ...rest)).toEqual(apply(before, 3, ...rest));
    const delta = thread.capture();
    expect(delta.replaces).toBe(false);
    expect(delta).toEqual(before.capture());
  });

  it("reads lines as they were read before: how is stored when it changes", () => {
    const session = { id: THREAD, timestamp: "t", cwd: "/w", originator: "o", cli_version: "0.169.0", source: "cli" };
    const payload = { ...session, history_mode: "paginated" };
    const line = JSON.stringify({ timestamp: "2026-06-05T10:00:00Z", type: "session_meta", payload });
    const before = Thread.fresh("lifecycle", THREAD);
    before.mode.in(THREAD);
    apply(before, 0, line);
    const { revision, fields } = stored(before.capture());

    const thread = Thread.restored("lifecycle", THREAD, { revision, fields });
    expect(thread.mode.in(THREAD)).toBe("paginated");
    thread.reflect(1);
    expect(thread.capture().set.has("mode")).toBe(false);
    thread.mode.in("01a20000-0000-7000-8000-000000000006");
    thread.reflect(2);
    expect(thread.capture().set.has("mode")).toBe(true);
  });

  it("takes about as much memory as its fields", () => {
    const fields = new Map([
      ["offset", "40"],
      ["positions", '[null,[],0,[],[],""]'],
    ]);
    expect(Thread.restored("lifecycle", THREAD, { revision: 1, fields }).bytes).toBe(
      OVERHEAD + "offset40".length + "positions".length + 20,
    );
  });
});

it("its memory is counted with each field that is stored, and measured when that is twice what was measured before", () => {
  const thread = Thread.fresh("lifecycle", THREAD);
  const state = new Map<string, string>();
  const counted: string[] = [];
  const failures = ["timeout", "no such model", "no credit", "no network"].map(failed);
  for (const [n, line] of [started("turn-1"), ...failures].entries()) {
    apply(thread, n, line);
    const { set } = thread.capture();
    for (const [field, text] of set) if (field.startsWith("s:")) state.set(field.slice(2), text);
    const real = [...state].reduce((bytes, [field, text]) => bytes + field.length + text.length, OVERHEAD);
    expect(thread.bytes).toBeGreaterThanOrEqual(real);
    expect(thread.bytes).toBeLessThanOrEqual(2 * real);
    counted.push(thread.bytes === real ? "what is" : "what is and was");
  }
  expect(counted).toEqual(["what is", "what is and was", "what is and was", "what is", "what is and was"]);
});
