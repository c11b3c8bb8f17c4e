import { type Integer, JsonText } from "../json/index.ts";
import type { LifecyclePayload, ThreadStarted } from "../projections/index.ts";
import { UnreadableValueError } from "./decode-value.ts";
import { exact, known, present } from "./numbers.ts";
import { errorInfoOf, errorInfoText } from "./turn-values.ts";

/** The payload of a lifecycle mutation, as Avro values: of the fields after `turnId` the one of the event's type is set. */
export interface AvroLifecycle {
  readonly eventType: EventSymbol;
  readonly turnId: string | null;
  readonly threadStarted: AvroThreadStarted | null;
  readonly turnStarted: { readonly startedAt: Integer | null } | null;
  readonly turnCompleted: { readonly completedAt: Integer | null; readonly durationMs: Integer | null } | null;
  readonly turnCancelled: {
    readonly reason: string;
    readonly completedAt: Integer | null;
    readonly durationMs: Integer | null;
  } | null;
  readonly turnFailed: { readonly message: string; readonly codexErrorInfo: string | null } | null;
  readonly threadRolledBack: { readonly numTurns: Integer } | null;
}

type EventSymbol =
  | "thread_started"
  | "turn_started"
  | "turn_completed"
  | "turn_cancelled"
  | "turn_failed"
  | "thread_rolled_back"
  | "unknown";

interface AvroThreadStarted extends Omit<ThreadStarted, "source" | "historyMode" | "historyBase"> {
  readonly source: string | null;
  readonly historyMode: ThreadStarted["historyMode"] | "unknown";
  /** The ordinal may pass the range of a long: decimal digits. */
  readonly historyBase: { readonly threadId: string; readonly endOrdinalExclusive: string } | null;
}

const NO_DATA = {
  threadStarted: null,
  turnStarted: null,
  turnCompleted: null,
  turnCancelled: null,
  turnFailed: null,
  threadRolledBack: null,
};

export function lifecycleToAvro({ eventType, turnId, payload }: LifecyclePayload): AvroLifecycle {
  switch (eventType) {
    case "thread.started":
      return { ...NO_DATA, eventType: "thread_started", turnId, threadStarted: threadStartedToAvro(payload) };
    case "turn.started":
      return { ...NO_DATA, eventType: "turn_started", turnId, turnStarted: payload };
    case "turn.completed":
      return { ...NO_DATA, eventType: "turn_completed", turnId, turnCompleted: payload };
    case "turn.cancelled":
      return { ...NO_DATA, eventType: "turn_cancelled", turnId, turnCancelled: payload };
    case "turn.failed": {
      const { message, codexErrorInfo } = payload;
      const turnFailed = { message, codexErrorInfo: errorInfoText(codexErrorInfo) };
      return { ...NO_DATA, eventType: "turn_failed", turnId, turnFailed };
    }
    case "thread.rolled_back":
      return { ...NO_DATA, eventType: "thread_rolled_back", turnId, threadRolledBack: payload };
  }
}

export function lifecycleFromAvro(value: AvroLifecycle): LifecyclePayload {
  const eventType = known(value.eventType, "eventType");
  switch (eventType) {
    case "thread_started": {
      const payload = threadStartedFromAvro(present(value.threadStarted, "threadStarted"));
      return { eventType: "thread.started", turnId: null, payload };
    }
    case "thread_rolled_back": {
      const { numTurns } = present(value.threadRolledBack, "threadRolledBack");
      return { eventType: "thread.rolled_back", turnId: null, payload: { numTurns: exact(numTurns, "numTurns") } };
    }
    default:
      return turnEventFromAvro(eventType, present(value.turnId, "turnId"), value);
  }
}

type TurnEventSymbol = Exclude<EventSymbol, "thread_started" | "thread_rolled_back" | "unknown">;

function turnEventFromAvro(eventType: TurnEventSymbol, turnId: string, value: AvroLifecycle): LifecyclePayload {
  switch (eventType) {
    case "turn_started": {
      const { startedAt } = present(value.turnStarted, "turnStarted");
      return { eventType: "turn.started", turnId, payload: { startedAt } };
    }
    case "turn_completed": {
      const { completedAt, durationMs } = present(value.turnCompleted, "turnCompleted");
      return { eventType: "turn.completed", turnId, payload: { completedAt, durationMs } };
    }
    case "turn_cancelled": {
      const { reason, completedAt, durationMs } = present(value.turnCancelled, "turnCancelled");
      return { eventType: "turn.cancelled", turnId, payload: { reason, completedAt, durationMs } };
    }
    case "turn_failed": {
      const { message, codexErrorInfo } = present(value.turnFailed, "turnFailed");
      return { eventType: "turn.failed", turnId, payload: { message, codexErrorInfo: errorInfoOf(codexErrorInfo) } };
    }
  }
}

function threadStartedToAvro(started: ThreadStarted): AvroThreadStarted {
  const { source, historyBase: base } = started;
  return {
    ...started,
    source: source?.text ?? null,
    historyBase: base && { ...base, endOrdinalExclusive: String(base.endOrdinalExclusive) },
  };
}

/** Every object is made anew: the values of avsc are no plain objects, and the order of keys is part of a mutation. */
function threadStartedFromAvro(value: AvroThreadStarted): ThreadStarted {
  const { historyBase: base, git } = value;
  return {
    rolloutId: value.rolloutId,
    cwd: value.cwd,
    source: value.source === null ? null : new JsonText(value.source),
    originator: value.originator,
    cliVersion: value.cliVersion,
    modelProvider: value.modelProvider,
    historyMode: known(value.historyMode, "historyMode"),
    forkedFromId: value.forkedFromId,
    historyBase: base && { threadId: base.threadId, endOrdinalExclusive: ordinalOf(base.endOrdinalExclusive) },
    parentThreadId: value.parentThreadId,
    agentNickname: value.agentNickname,
    agentRole: value.agentRole,
    git: git && { commitHash: git.commitHash, branch: git.branch, repositoryUrl: git.repositoryUrl },
  };
}

function ordinalOf(digits: string): Integer {
  if (!/^\d{1,20}$/.test(digits))
    throw new UnreadableValueError(`endOrdinalExclusive is ${JSON.stringify(digits.slice(0, 40))}, not decimal digits`);
  const exactly = BigInt(digits);
  return Number.isSafeInteger(Number(exactly)) ? Number(exactly) : exactly;
}
