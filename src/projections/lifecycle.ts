import {
  applyTurns,
  changedTurnsFields,
  initialTurnsState,
  type LifecycleFact,
  planTurns,
  type TurnChange,
  type TurnsState,
} from "../history/index.ts";
import { type SessionMeta, wireErrorInfo } from "../rollout/index.ts";
import type { LifecycleMutation, LifecyclePayload, ThreadStarted } from "./mutation.ts";
import { type ObservedLine, type Observer, passed, stampedAs } from "./observer.ts";
import { turnsCodec } from "./turns-codec.ts";

/** What happens to a thread and its turns, as a feed (projections §4, ADR 0006, ADR 0016). */
export const lifecycleObserver: Observer<TurnsState> = {
  name: "lifecycle",
  version: 1,
  initialState: initialTurnsState,
  codec: turnsCodec,

  observe(state, line) {
    const pass = passed(state, line);
    if (pass !== undefined) return pass;
    const change = planTurns(state, line, line.event);
    const mutations = stampedEvents(lifecyclePayloads(change, line.rolloutId), line);
    const fields = changedTurnsFields(state, change);
    applyTurns(state, change);
    return { mutations, fields };
  },
};

/** The mutations of a line. */
export function stampedEvents(payloads: readonly LifecyclePayload[], line: ObservedLine): readonly LifecycleMutation[] {
  return stampedAs(lifecycleObserver, "lifecycle", line, payloads);
}

/** What a planned change tells. */
export function lifecyclePayloads({ facts }: TurnChange, rolloutId: string): readonly LifecyclePayload[] {
  return facts.length === 0 ? NONE : facts.map((fact) => payloadOf(fact, rolloutId));
}

const NONE: readonly never[] = [];

function payloadOf(fact: LifecycleFact, rolloutId: string): LifecyclePayload {
  switch (fact.type) {
    case "thread.started":
      return { eventType: fact.type, turnId: null, payload: threadStarted(fact.session, rolloutId) };
    case "turn.started":
      return { eventType: fact.type, turnId: fact.turn.id, payload: { startedAt: fact.turn.startedAt } };
    case "turn.completed": {
      const { id, completedAt, durationMs } = fact.turn;
      return { eventType: fact.type, turnId: id, payload: { completedAt, durationMs } };
    }
    case "turn.cancelled": {
      const { id, completedAt, durationMs } = fact.turn;
      return { eventType: fact.type, turnId: id, payload: { reason: fact.reason, completedAt, durationMs } };
    }
    case "turn.failed": {
      const { message, info } = fact.failure;
      return { eventType: fact.type, turnId: fact.turn.id, payload: { message, codexErrorInfo: wireErrorInfo(info) } };
    }
    case "thread.rolled_back":
      return { eventType: fact.type, turnId: null, payload: { numTurns: fact.numTurns } };
  }
}

function threadStarted(session: SessionMeta, rolloutId: string): ThreadStarted {
  const { historyBase } = session;
  return {
    rolloutId,
    cwd: session.cwd,
    source: session.source,
    originator: session.originator,
    cliVersion: session.cliVersion,
    modelProvider: session.modelProvider,
    historyMode: session.historyMode,
    forkedFromId: session.forkedFromId,
    historyBase:
      historyBase === null
        ? null
        : { threadId: historyBase.rolloutId, endOrdinalExclusive: historyBase.endOrdinalExclusive },
    parentThreadId: session.parentThreadId,
    agentNickname: session.agentNickname,
    agentRole: session.agentRole,
    git: session.git,
  };
}
