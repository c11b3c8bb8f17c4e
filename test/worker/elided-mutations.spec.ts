import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { mutationJson } from "../../src/projections/index.ts";
import {
  agentMessage,
  itemTombstone,
  itemUpsert,
  lifecycleEvent,
  threadStarted,
  turnUpsert,
} from "../../src/testing/index.ts";
import { elide } from "../../src/worker/elide.ts";

const LONG = "ä".repeat(20_000);
const MARKER = {
  elided: true,
  bytes: 40_000,
  sha256: createHash("sha256").update(LONG).digest("hex"),
};
/** Less than any of them needs. */
const MOST = 8_000;

const payloadOf = (mutation: Parameters<typeof mutationJson>[0]) =>
  (JSON.parse(mutationJson(mutation)) as { readonly payload: Record<string, unknown> }).payload;

describe("a mutation that no record could hold", () => {
  it("of an item: its longest strings leave their size and hash, and all else stays", () => {
    const whole = itemUpsert({ item: agentMessage("i", LONG) });

    const { mutation, bytes } = elide(whole, MOST);

    expect(bytes).toBe(40_002);
    expect(payloadOf(mutation)).toEqual({
      ...payloadOf(whole),
      materializedThreadItem: { ...agentMessage("i", ""), text: MARKER },
    });
    expect({ ...mutation, payload: null }).toEqual({ ...whole, payload: null });
  });

  it("of an item that fits beside what else a record has: nothing is left out", () => {
    const whole = itemUpsert({ item: agentMessage("i", "a".repeat(3_000)) });
    expect(elide(whole, MOST)).toEqual({ mutation: whole, bytes: 0 });
    expect(elide(whole, MOST - 1_500).bytes).toBe(3_002);
  });

  it("of an item that went: there is nothing to leave out", () => {
    const whole = itemTombstone();
    expect(elide(whole, 0)).toEqual({ mutation: whole, bytes: 0 });
  });

  it("of a turn: its error's message gives way to the marker, as text", () => {
    const whole = turnUpsert({
      status: "failed",
      error: { message: LONG, codexErrorInfo: null, additionalDetails: null, misalignment: null },
    });

    const { mutation, bytes } = elide(whole, MOST);

    expect(bytes).toBe(40_000);
    const { mutation: turn } = payloadOf(mutation) as { readonly mutation: { readonly error: object } };
    expect(turn.error).toMatchObject({ message: JSON.stringify(MARKER) });
  });

  it("of a lifecycle event: long texts and the strings of what is passed through give way, short ones stay", () => {
    const whole = lifecycleEvent(threadStarted({ cwd: LONG, originator: "codex" }));

    const { mutation, bytes } = elide(whole, MOST);

    const { payload } = payloadOf(mutation) as { readonly payload: object };
    const { payload: before } = payloadOf(whole) as { readonly payload: object };
    expect(payload).toEqual({ ...before, cwd: JSON.stringify(MARKER) });
    expect(bytes).toBe(40_000);
  });
});
