import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { JsonText } from "../../src/json/index.ts";
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
    const { turnId, mutation: turn } = payloadOf(whole) as { readonly turnId: string; readonly mutation: object };
    const error = {
      message: JSON.stringify(MARKER),
      codexErrorInfo: null,
      additionalDetails: null,
      misalignment: null,
    };
    expect(payloadOf(mutation)).toEqual({ turnId, mutation: { ...turn, error } });
  });

  it("of a lifecycle event: long texts and the strings of what is passed through give way, short ones stay", () => {
    const whole = lifecycleEvent(threadStarted({ cwd: LONG, originator: "codex" }));

    const { mutation, bytes } = elide(whole, MOST);

    const { payload } = payloadOf(mutation) as { readonly payload: object };
    const { payload: before } = payloadOf(whole) as { readonly payload: object };
    expect(payload).toEqual({ ...before, cwd: JSON.stringify(MARKER) });
    expect(bytes).toBe(40_000);
  });

  it("of a lifecycle event: what is passed through as JSON stays JSON, with the marker in it", () => {
    const source = new JsonText(JSON.stringify({ custom: LONG, kind: "exec" }));
    const whole = lifecycleEvent(threadStarted({ source, cwd: LONG }));

    const { mutation, bytes } = elide(whole, MOST);

    const { payload } = payloadOf(mutation) as { readonly payload: { readonly source: object } };
    expect(payload.source).toEqual({ custom: MARKER, kind: "exec" });
    expect(bytes).toBe(40_000 + 40_002);
  });

  it("of a lifecycle event: a text is long from 1,024 characters on", () => {
    const branch = "b".repeat(1_023);
    const git = { commitHash: null, branch, repositoryUrl: `${branch}b` };

    const { mutation, bytes } = elide(lifecycleEvent(threadStarted({ git })), MOST);

    const { payload } = payloadOf(mutation) as { readonly payload: { readonly git: { readonly branch: string } } };
    expect(payload.git.branch).toBe(branch);
    expect(bytes).toBe(1_024);
  });
});
