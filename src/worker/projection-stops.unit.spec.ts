import { describe, expect, it } from "vitest";
import { DEFAULT_WORKER_OPTIONS } from "./options.ts";
import { PendingTransaction } from "./pending-transaction.ts";
import { Projection, type Taken } from "./projection.ts";
import type { RecordCodec } from "./record-codec.ts";
import type { Decision, Output } from "./records.ts";
import { Thread } from "./thread.ts";
import type { WorkerEvent } from "./worker-event.ts";

const THREAD = "01a20000-0000-7000-8000-000000000005";
const OFFSET = 20;
const STARTED = Buffer.from(
  '{"timestamp":"2026-06-05T10:00:00Z","type":"event_msg","payload":{"type":"task_started","turn_id":"turn-1"}}',
);
const HOLD: Decision = {
  observer: "lifecycle",
  partition: 3,
  offset: OFFSET,
  threadId: THREAD,
  action: "hold",
  reason: "TypeError: no idea what this is",
  isDone: false,
};
const SKIP: Decision = { ...HOLD, action: "skip", reason: "the operator said so" };
const RETRY: Decision = { ...SKIP, action: "retry" };

/** The record with which a turn starts, taken by an observer that has no trouble with it, or does. */
function taken(rest: Partial<Taken>, encodeMutation: RecordCodec["encodeMutation"] = () => Buffer.from("mutation")) {
  const events: WorkerEvent[] = [];
  const pending = new PendingTransaction(DEFAULT_WORKER_OPTIONS);
  const thread = Thread.fresh("lifecycle", THREAD);
  const codec = { encodeMutation, encodeDeadLetter: () => Buffer.from("letter") } as Partial<RecordCodec>;
  const projection = new Projection(
    { observer: "lifecycle", partition: 3 },
    codec as RecordCodec,
    DEFAULT_WORKER_OPTIONS,
    (event) => void events.push(event),
    pending,
  );
  const envelope = { recordedAt: 0, kind: "", eventType: null, oversized: null, line: STARTED };
  const record = { threadId: THREAD, rolloutId: THREAD, position: 0, ...envelope };
  const source = { offset: OFFSET, timestamp: 0, key: null, value: null };
  const one = { source, record, thread, isSilent: false, decision: undefined, isSuspect: false, ...rest };
  const result = projection.take(one);
  const outputs = pending.take();
  const next = { ...one, source: { ...source, offset: OFFSET + 1 }, record: { ...record, position: 1 } };
  return {
    result,
    thread,
    events,
    outputs,
    /** What becomes of the record after it. */
    next: () => [projection.take({ ...next, decision: undefined, isSuspect: false }), pending.take()],
  };
}

const throwing = (error: unknown) => () => {
  throw error;
};
const decisionsIn = (outputs: readonly Output[]) =>
  outputs.flatMap((output) => (output.type === "decision" ? output.decision : []));
const lettersIn = (outputs: readonly Output[]) =>
  outputs.flatMap((output) => (output.type === "dead-letter" ? output.letter : []));
const mutationsIn = (outputs: readonly Output[]) => outputs.filter(({ type }) => type === "mutation").length;

describe("a thread stops at a record", () => {
  it.each<[string, unknown, string]>([
    ["an error, which is told by its name", new TypeError("no idea what this is"), "TypeError: no idea what this is"],
    ["anything else, which is told as it is", "no idea", "no idea"],
  ])("when the observer throws %s; a dead letter and a decision say so", (_, thrown, reason) => {
    const { result, thread, events, outputs } = taken({}, throwing(thrown));
    expect(result).toBe("waiting");
    expect(lettersIn(outputs)).toMatchObject([
      { code: "quarantined", reason, threadId: THREAD, source: { offset: OFFSET } },
    ]);
    expect(decisionsIn(outputs)).toEqual([{ ...HOLD, reason }]);
    expect(thread.quarantine).toEqual({ offset: OFFSET, reason });
    expect(events).toEqual([
      { type: "dead-letter", code: "quarantined", offset: OFFSET, reason },
      { type: "quarantined", threadId: THREAD, offset: OFFSET, reason },
    ]);
  });

  it("when the process ended each time that it took it", () => {
    const reason = "the process ended each time that it took this record";
    const { result, outputs, thread } = taken({ isSuspect: true });
    expect([result, thread.quarantine]).toEqual(["waiting", { offset: OFFSET, reason }]);
    expect(decisionsIn(outputs)).toEqual([{ ...HOLD, reason }]);
    expect([mutationsIn(outputs), lettersIn(outputs).length]).toEqual([0, 1]);
  });

  it("also while its mutations are not to go out: that it stopped is", () => {
    const { outputs } = taken({ isSilent: true, isSuspect: true });
    expect([decisionsIn(outputs).length, lettersIn(outputs).length]).toEqual([1, 1]);
  });

  it("and what follows waits, with no effect", () => {
    const { next, thread } = taken({}, throwing(new TypeError("no idea what this is")));
    expect(next()).toEqual(["waiting", []]);
    expect([thread.offset, thread.isDirty]).toEqual([0, true]);
  });
});

describe("what was decided about the record at which a thread stopped", () => {
  it.each<[string, Decision, boolean]>([
    ["to stay there", HOLD, false],
    ["to stay there, met while its mutations are not to go out", HOLD, true],
    ["to skip it, while what waits for it cannot go out", SKIP, true],
    ["to retry it, while what waits for it cannot go out", RETRY, true],
  ])("%s: it stops there again, and nothing new is told of it but to the worker", (_, decision, isSilent) => {
    const { result, outputs, thread, events } = taken({ decision, isSilent });
    const { reason } = decision;
    expect([result, outputs]).toEqual(["waiting", []]);
    expect(thread.quarantine).toEqual({ offset: OFFSET, reason });
    expect(events).toEqual([{ type: "quarantined", threadId: THREAD, offset: OFFSET, reason }]);
  });

  it("to skip it: it is left out, and the thread goes on; that this was done goes out with it", () => {
    const { result, outputs, thread, events } = taken({ decision: SKIP });
    expect([result, outputs]).toEqual(["passed", [{ type: "decision", decision: { ...SKIP, isDone: true } }]]);
    expect([thread.quarantine, thread.offset, events]).toEqual([null, OFFSET + 1, []]);
  });

  it("to retry it: it is taken, and the thread goes on; that this was done goes out with it", () => {
    const { result, outputs, thread } = taken({ decision: RETRY });
    expect([result, mutationsIn(outputs)]).toEqual(["applied", 1]);
    expect(decisionsIn(outputs)).toEqual([{ ...RETRY, isDone: true }]);
    expect([thread.quarantine, thread.offset]).toEqual([null, OFFSET + 1]);
  });

  it("to retry it, and it throws again: it stops anew, for the new reason", () => {
    const { outputs } = taken({ decision: RETRY }, throwing(new TypeError("no idea what this is")));
    expect(decisionsIn(outputs)).toEqual([HOLD]);
  });

  it.each<[string, Decision, boolean, string, number]>([
    ["skipped, before", SKIP, true, "passed", 0],
    ["skipped, before offsets were set back", SKIP, false, "passed", 0],
    ["retried, before", RETRY, true, "silent", 0],
    ["retried, before offsets were set back", RETRY, false, "applied", 1],
  ])("and was %s: the same again, and nothing is to be told of it", (_, decision, isSilent, result, mutations) => {
    const found = taken({ decision: { ...decision, isDone: true }, isSilent });
    expect([found.result, mutationsIn(found.outputs), decisionsIn(found.outputs)]).toEqual([result, mutations, []]);
    expect(found.thread.quarantine).toBeNull();
  });

  it.each<[Decision["action"], Decision, string]>([
    ["hold", HOLD, "waiting"],
    ["skip", SKIP, "passed"],
    ["retry", RETRY, "applied"],
  ])("%s: counts for more than that the process ended there", (_, decision, result) => {
    expect(taken({ decision, isSuspect: true }).result).toBe(result);
  });
});
