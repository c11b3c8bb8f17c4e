import type { Change, ItemRow, Page, ThreadRow, TurnRow, TurnView } from "../read-model/index.ts";

/** The JSON of the API. What Codex wrote goes through verbatim. */

export function pageJson<T>({ data, nextCursor, backwardsCursor }: Page<T>, json: (entry: T) => object): object {
  return { data: data.map(json), nextCursor, backwardsCursor };
}

export function threadJson({ threadId, createdAtMs, updatedAtMs, status, preview, started }: ThreadRow): object {
  return {
    threadId,
    createdAtMs,
    updatedAtMs,
    status,
    preview,
    rolloutId: started?.rolloutId ?? null,
    cwd: started?.cwd ?? null,
    source: started?.source ?? null,
    sourceKind: started?.sourceKind ?? null,
    originator: started?.originator ?? null,
    cliVersion: started?.cliVersion ?? null,
    modelProvider: started?.modelProvider ?? null,
    historyMode: started?.historyMode ?? null,
    forkedFromId: started?.forkedFromId ?? null,
    parentThreadId: started?.parentThreadId ?? null,
    agentNickname: started?.agentNickname ?? null,
    agentRole: started?.agentRole ?? null,
    git: started?.git ?? null,
  };
}

/** A turn in the shape of Codex's protocol, and its ordinal. */
export function turnJson({ turn, items, itemsView }: TurnView): object {
  const { id, ordinal, ...summary } = turnSummary(turn);
  return { id, ordinal, items: items.flatMap(({ content }) => content?.item ?? []), itemsView, ...summary };
}

export function itemJson({ turnId, content }: ItemRow): object {
  return {
    turnId,
    ordinal: content?.itemOrdinal ?? null,
    isOpen: content?.isOpen ?? false,
    item: content?.item ?? null,
  };
}

export function changeJson(change: Change): object {
  const { position, type } = change;
  switch (change.type) {
    case "thread":
      return { position, type, thread: threadJson(change.thread) };
    case "turn": {
      const { threadId, removedBy } = change.turn;
      return { position, type, turn: { threadId, ...turnSummary(change.turn), isRemoved: removedBy !== null } };
    }
    case "item": {
      const { threadId, itemKey, removedBy } = change.item;
      return { position, type, item: { threadId, itemKey, ...itemJson(change.item), isRemoved: removedBy !== null } };
    }
    case "lifecycle": {
      const { mutationId, threadId, turnId, eventType, payload, occurredAt } = change.event;
      return { position, type, event: { mutationId, threadId, turnId, eventType, payload, occurredAt } };
    }
  }
}

function turnSummary({ turnId, content }: TurnRow) {
  return {
    id: turnId,
    ordinal: content?.turnOrdinal ?? null,
    rootTurnId: content?.rootTurnId ?? null,
    status: content?.status ?? null,
    error: content?.error ?? null,
    startedAt: content?.startedAt ?? null,
    completedAt: content?.completedAt ?? null,
    durationMs: content?.durationMs ?? null,
  };
}
