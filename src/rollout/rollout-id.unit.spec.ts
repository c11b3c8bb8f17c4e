import { describe, expect, it } from "vitest";
import { decode, eventOf, lineOf, OTHER_THREAD, THREAD } from "../../test/support/decoding.ts";
import {
  baseRolloutId,
  isIncarnationOf,
  normalizeThreadId,
  parseRolloutFileName,
  type RolloutEvent,
  replacedRolloutId,
  ThreadMode,
} from "./index.ts";

describe("paginated §3.5: the ids in a rollout's file name", () => {
  const name = (ids: string, end = ".jsonl") => `rollout-2026-01-01T00-00-00-${ids}${end}`;

  it.each([".jsonl", ".jsonl.gz", ".jsonl.zst"])("a thread's first rollout names the thread: %s", (end) =>
    expect(parseRolloutFileName(name(THREAD, end))).toEqual({ threadId: THREAD, rolloutId: null }),
  );

  it("a further rollout names itself after `_`", () =>
    expect(parseRolloutFileName(name(`${THREAD}_${OTHER_THREAD}`))).toEqual({
      threadId: THREAD,
      rolloutId: OTHER_THREAD,
    }));

  it("ids are read in lower case", () =>
    expect(parseRolloutFileName(name(THREAD.toUpperCase()))).toEqual({ threadId: THREAD, rolloutId: null }));

  it.each([
    "",
    "x.jsonl",
    "rollout-x.jsonl",
    `${THREAD}.jsonl`,
    name(THREAD, ".json"),
    name(THREAD.slice(1)),
    name("-".repeat(36)),
  ])("%j names no rollout", (file) => expect(parseRolloutFileName(file)).toBeUndefined());
});

describe("the id of a rollout whose content was replaced", () => {
  const id = (line: string) => replacedRolloutId(THREAD, Buffer.from(line));

  it("follows from the first line", () => {
    expect(id("a")).toBe(`${THREAD}#ca978112ca1bbdca`);
    expect(id("a")).toBe(id("a"));
    expect(id("b")).not.toBe(id("a"));
  });

  it.each([
    [THREAD, THREAD],
    [id("a"), THREAD],
    [`${id("a")}.2`, THREAD],
    ["a#b#c", "a"],
    ["", ""],
  ])("%s is a content of %s", (rolloutId, baseId) => {
    expect([baseRolloutId(rolloutId), isIncarnationOf(rolloutId, baseId)]).toEqual([baseId, true]);
  });

  it.each([OTHER_THREAD, `${THREAD}x`, THREAD.slice(1)])("%s is no content of it", (rolloutId) =>
    expect(isIncarnationOf(rolloutId, THREAD)).toBe(false),
  );
});

describe("rollout-format §3: thread ids outside lines", () => {
  it.each([THREAD, THREAD.toUpperCase(), THREAD.replaceAll("-", ""), `{${THREAD}}`, `urn:uuid:${THREAD}`])(
    "%s is normalised",
    (text) => expect(normalizeThreadId(text)).toBe(THREAD),
  );

  it.each(["", "x", ` ${THREAD}`, `${THREAD}\n`])("%j is no thread id", (text) =>
    expect(normalizeThreadId(text)).toBeUndefined(),
  );
});

describe("paginated §1: the history mode of a thread", () => {
  const meta = (history_mode?: string) =>
    eventOf(
      decode(
        lineOf("session_meta", { id: THREAD, timestamp: "", cwd: "", originator: "", cli_version: "", history_mode }),
      ),
    ) as RolloutEvent;
  const modeAfter = (...events: RolloutEvent[]) => {
    const mode = new ThreadMode();
    mode.in("a");
    for (const event of events) mode.saw(event);
    return mode.in("a");
  };

  it("is legacy before any session_meta, and without history_mode", () => {
    expect(modeAfter()).toBe("legacy");
    expect(modeAfter(meta())).toBe("legacy");
  });

  it("is that of the first session_meta: later ones do not change it", () => {
    expect(modeAfter(meta("paginated"))).toBe("paginated");
    expect(modeAfter(meta("paginated"), meta("legacy"))).toBe("paginated");
    expect(modeAfter(meta("legacy"), meta("paginated"))).toBe("legacy");
  });

  it("is not changed by other events", () =>
    expect(modeAfter({ type: "compacted" }, meta("paginated"))).toBe("paginated"));

  it("ADR 0019: goes on in a further rollout until that one says otherwise", () => {
    const mode = new ThreadMode();
    mode.in("a");
    mode.saw(meta("paginated"));
    expect(mode.in("b")).toBe("paginated");
    mode.saw(meta("legacy"));
    expect(mode.in("b")).toBe("legacy");
  });
});
