import { describe, expect, it } from "vitest";
import { mutationJson, type ObserverName } from "../projections/index.ts";
import { DEFAULT_WORKER_OPTIONS } from "./options.ts";
import { PendingTransaction } from "./pending-transaction.ts";
import { Projection, type Taken } from "./projection.ts";
import type { RecordCodec } from "./record-codec.ts";
import type { Output, RolloutRecord } from "./records.ts";
import { Thread } from "./thread.ts";
import type { WorkerEvent } from "./worker-event.ts";

const THREAD = "01a20000-0000-7000-8000-000000000005";
const ROLLOUT_2 = "01a20000-0000-7000-8000-000000000006";
const TIME = "2026-06-05T10:00:00Z";
const SHA256 = "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08";

const lineOf = (type: string, payload: object): string => JSON.stringify({ timestamp: TIME, type, payload });
const event = (type: string, fields: object = {}): string => lineOf("event_msg", { type, ...fields });
const STARTED = event("task_started", { turn_id: "turn-1" });
const FAILED = event("error", { message: "no such model" });
const WITHOUT_EFFECT = event("token_count");

type Brief = Partial<RolloutRecord> & Partial<Pick<Taken, "isSilent" | "decision" | "isSuspect">>;

/** An observer at work on one thread; each record stands at the offset after the one before. */
function at(observer: ObserverName, { maxRecordBytes = 1_000, codec = {} as Partial<RecordCodec> } = {}) {
  const events: WorkerEvent[] = [];
  const options = { ...DEFAULT_WORKER_OPTIONS, maxRecordBytes };
  const pending = new PendingTransaction(options);
  const thread = Thread.fresh(observer, THREAD);
  const codecs = {
    encodeMutation: (mutation, offset, elided) => Buffer.from(`${offset} ${elided} ${mutationJson(mutation)}`),
    encodeDeadLetter: ({ code, reason }) => Buffer.from(`${code} ${reason}`),
    ...codec,
  } as RecordCodec;
  const name = { observer, partition: 3 };
  const projection = new Projection(name, codecs, options, (told) => void events.push(told), pending);
  let offset = 20;
  return {
    projection,
    thread,
    events,
    outputs: (): readonly Output[] => pending.take(),
    take(line: string, position: number, rest: Brief = {}) {
      const { isSilent = false, decision, isSuspect = false, ...fields } = rest;
      const envelope = { recordedAt: 0, kind: "", eventType: null, oversized: null, line: Buffer.from(line) };
      const record = { threadId: THREAD, rolloutId: THREAD, position, ...envelope, ...fields };
      const source = { offset: offset++, timestamp: 0, key: null, value: null };
      return projection.take({ source, record, thread, isSilent, decision, isSuspect });
    },
  };
}

/** Outputs as `mutation@offset`, `code@offset: reason`, `action@offset`. */
const brief = (outputs: readonly Output[]): string[] =>
  outputs.map((output) => {
    if (output.type === "mutation") return `mutation@${output.sourceOffset}`;
    if (output.type === "dead-letter") return `${output.letter.code}@${output.letter.source.offset}: ${output.value}`;
    return `${output.decision.action}@${output.decision.offset}`;
  });

describe("a line that has an effect", () => {
  it("is applied: its mutations go out with the offset of its record", () => {
    const { take, outputs, thread, events } = at("lifecycle");
    expect(take(STARTED, 0)).toBe("applied");
    const mutation = {
      mutationId: `${THREAD}/${THREAD}/0/lifecycle/0`,
      generation: 0,
      threadId: THREAD,
      rolloutId: THREAD,
      sourcePosition: 0,
      occurredAt: TIME,
      observerVersion: 1,
      type: "lifecycle",
      schema_version: 1,
      payload: { eventType: "turn.started", turnId: "turn-1", payload: { startedAt: null } },
    } as const;
    const value = Buffer.from(`20 0 ${mutationJson(mutation)}`);
    expect(outputs()).toEqual([{ type: "mutation", mutation, sourceOffset: 20, value }]);
    expect([thread.offset, events]).toEqual([21, []]);
  });

  it("changes state only, when its mutations went out before", () => {
    const { take, outputs, projection } = at("lifecycle");
    expect(take(STARTED, 0, { isSilent: true })).toBe("silent");
    expect([outputs(), projection.takeChangedBytes()]).toEqual([[], STARTED.length]);
    take(FAILED, 1);
    expect(brief(outputs())).toEqual(["mutation@21"]);
  });

  it("changes about as much state as it is long, counted until it is asked for", () => {
    const { take, projection } = at("lifecycle");
    take(STARTED, 0);
    take(FAILED, 1);
    expect(projection.takeChangedBytes()).toBe(STARTED.length + FAILED.length);
    expect(projection.takeChangedBytes()).toBe(0);
  });

  it("of a session says how its thread's lines are read from then on", () => {
    const { take, thread } = at("lifecycle");
    const session = { id: THREAD, timestamp: TIME, cwd: "/w", originator: "o", cli_version: "0.169.0", source: "cli" };
    expect(thread.mode.in(THREAD)).toBe("legacy");
    expect(take(lineOf("session_meta", { ...session, history_mode: "paginated" }), 0)).toBe("applied");
    expect(thread.mode.in(THREAD)).toBe("paginated");
  });
});

describe("a line that has none", () => {
  it.each([
    ["is of another kind", WITHOUT_EFFECT],
    ["is empty", ""],
  ])("is passed, and taken note of, when it %s", (_, line) => {
    const { take, outputs, projection, thread } = at("thread-item");
    take(STARTED, 0);
    projection.takeChangedBytes();
    expect(take(line, 1)).toBe("passed");
    expect([outputs(), projection.takeChangedBytes(), thread.offset]).toEqual([[], 0, 22]);
    expect(take(line, 1)).toBe("duplicate");
  });

  it("leaves nothing to store but how far the thread is, when it is empty", () => {
    const { take, thread } = at("thread-item");
    take(STARTED, 0);
    thread.capture();
    take("", 0, { rolloutId: ROLLOUT_2 });
    expect([...thread.capture().set.keys()]).toEqual(["offset", "positions", "mode"]);
  });

  it("changes no state when it belongs to a turn that the thread does not have", () => {
    const { take, projection } = at("lifecycle");
    const times = { exit_code: 0, duration: { secs: 1, nanos: 0 }, status: "completed" };
    const output = { stdout: "", stderr: "", formatted_output: "", ...times };
    const command = { call_id: "call-1", turn_id: "turn-0", command: ["ls"], cwd: "/w", parsed_cmd: [], ...output };
    take(STARTED, 0);
    projection.takeChangedBytes();
    expect(take(event("exec_command_end", command), 1)).toBe("applied");
    expect(projection.takeChangedBytes()).toBe(0);
  });

  it.each<[string, string, Brief, string, string]>([
    [
      "cannot be read",
      '{"timestamp":',
      {},
      "malformed",
      "malformed-line@20: malformed-line not-json at byte 13: not JSON: the text ends inside a value",
    ],
    [
      "was too long",
      "",
      { oversized: { bytes: 43_000_000, sha256: SHA256 } },
      "oversized",
      "oversized@20: oversized the line has 43000000 bytes, which no record can hold",
    ],
  ])("is reported when it %s: by the observer that reads all lines, once", (_, line, rest, result, letter) => {
    const items = at("thread-item");
    expect(items.take(line, 0, rest)).toBe(result);
    expect(brief(items.outputs())).toEqual([letter]);
    expect(items.take(line, 0, rest)).toBe("duplicate");

    const silent = at("thread-item");
    expect(silent.take(line, 0, { ...rest, isSilent: true })).toBe(result);
    const summaries = at("turn-summary");
    expect(summaries.take(line, 0, rest)).toBe(result);
    expect([silent.outputs(), summaries.outputs()]).toEqual([[], []]);
  });

  it("is reported in full: whose it is, where it stands, and to whom the worker tells", () => {
    const { projection, take, outputs, events } = at("thread-item");
    take("[]", 7);
    const source = { offset: 9, timestamp: 1, key: Buffer.from("k"), value: null };
    projection.refuse(source, "not-avro", "the record has no value", null);
    expect(outputs()).toMatchObject([
      { letter: { observer: "thread-item", threadId: THREAD, rolloutId: THREAD, position: 7 } },
      { letter: { observer: "thread-item", threadId: null, rolloutId: null, position: null, source } },
    ]);
    expect(events).toEqual([
      {
        type: "dead-letter",
        code: "malformed-line",
        offset: 20,
        reason: "not-an-object at byte 0: the line is not a JSON object",
      },
      { type: "dead-letter", code: "not-avro", offset: 9, reason: "the record has no value" },
    ]);
  });
});

describe("a line out of its place (ADR 0020)", () => {
  const LATE = "late@23: late position 1 was passed over before";
  const CONFLICT = "conflict@23: conflict another line was applied at position 2";

  it.each<[string, string, number, Brief, string[]]>([
    ["duplicate", FAILED, 2, {}, []],
    ["conflict", STARTED, 2, {}, [CONFLICT]],
    ["late", STARTED, 1, {}, [LATE]],
  ])("%s: has no effect, and is dealt with", (result, line, position, rest, letters) => {
    const { take, outputs, thread } = at("lifecycle");
    take(STARTED, 0);
    take(FAILED, 2);
    take(FAILED, 2);
    outputs();
    expect(take(line, position, rest)).toBe(result);
    expect(brief(outputs())).toEqual(letters);
    expect(thread.offset).toBe(24);
    for (const again of [line, STARTED]) expect(take(again, position, { isSilent: true })).toBe("silent");
    expect([outputs(), thread.offset]).toEqual([[], 26]);
  });

  it("superseded: of a rollout that the thread has left", () => {
    const { take, outputs } = at("lifecycle");
    take(STARTED, 0);
    take(STARTED, 0, { rolloutId: ROLLOUT_2 });
    outputs();
    expect(take(FAILED, 1)).toBe("superseded");
    expect(outputs()).toEqual([]);
  });

  it("below what the thread reflects, nothing is done; at it, all is", () => {
    const { take, outputs, thread } = at("lifecycle");
    thread.offset = 21;
    expect(take(STARTED, 0)).toBe("silent");
    expect([outputs(), thread.offset, thread.isDirty]).toEqual([[], 21, false]);
    expect(take(STARTED, 0)).toBe("applied");
  });
});

describe("a mutation that no record could hold", () => {
  const MESSAGE = "m".repeat(20_000);
  const LONG = event("user_message", { message: MESSAGE });

  it("goes out without its longest strings, and the worker tells", () => {
    const { take, outputs, events } = at("thread-item", { maxRecordBytes: 8_000 });
    take(STARTED, 0);
    expect(take(LONG, 1)).toBe("applied");
    const [output] = outputs();
    if (output?.type !== "mutation") throw new Error("no mutation went out");
    expect(mutationJson(output.mutation)).not.toContain(MESSAGE);
    expect(output).toMatchObject({
      sourceOffset: 21,
      value: Buffer.from(`21 20002 ${mutationJson(output.mutation)}`),
    });
    expect(events).toEqual([{ type: "elided", offset: 21, bytes: 20_002 }]);
  });

  it("is one that is longer than the limit: at the limit it is whole", () => {
    const whole = at("thread-item", { maxRecordBytes: 100_000 });
    whole.take(STARTED, 0);
    whole.take(LONG, 1);
    const [output] = whole.outputs();
    if (output?.type !== "mutation") throw new Error("no mutation went out");
    const bytes = output.value.length;
    for (const [maxRecordBytes, elisions] of [
      [bytes, 0],
      [bytes - 1, 1],
    ] as const) {
      const { take, events } = at("thread-item", { maxRecordBytes });
      take(STARTED, 0);
      take(LONG, 1);
      expect(events).toHaveLength(elisions);
    }
  });

  it.each([
    [100, "applied", []],
    [101, "waiting", ["a mutation of 200 bytes does not fit into a record of 100"]],
  ] as const)("stops its thread when what is left, of %i bytes, still does not fit", (left, result, reasons) => {
    const encodeMutation = (_: unknown, __: number, elided: number) => Buffer.alloc(elided === 0 ? 200 : left);
    const { take, events } = at("thread-item", { maxRecordBytes: 100, codec: { encodeMutation } });
    take(STARTED, 0);
    expect(take(LONG, 1)).toBe(result);
    expect(events.flatMap((told) => (told.type === "quarantined" ? told.reason : []))).toEqual(
      reasons.map((reason) => `RangeError: ${reason}`),
    );
  });
});
