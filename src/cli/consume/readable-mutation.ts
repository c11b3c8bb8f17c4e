import type { LifecycleMutation, Mutation, ThreadItemMutation, TurnSummaryMutation } from "../../projections/index.ts";

/** A mutation on one line, for people. */
export function readableMutation(mutation: Mutation): string {
  return `${mutation.threadId}:${mutation.sourcePosition}  ${payloadOf(mutation)}`;
}

function payloadOf(mutation: Mutation): string {
  switch (mutation.type) {
    case "thread_item":
      return threadItem(mutation);
    case "turn_summary":
      return turnSummary(mutation);
    case "lifecycle":
      return lifecycle(mutation);
  }
}

function threadItem({ payload }: ThreadItemMutation): string {
  const { mutationKind, itemOrdinal, itemKey, isOpen, materializedThreadItem } = payload;
  const item = materializedThreadItem === null ? itemKey : materializedThreadItem.text;
  return `${mutationKind} item ${itemOrdinal}${isOpen ? " (open)" : ""}  ${item}`;
}

function turnSummary({ payload: { turnId, mutation: turn } }: TurnSummaryMutation): string {
  if (turn === null) return `turn ${turnId} removed`;
  const error = turn.error === null ? "" : `  ${JSON.stringify(turn.error)}`;
  return `turn ${turn.turnOrdinal} ${turnId}  ${turn.status}${error}`;
}

function lifecycle({ payload: { eventType, turnId } }: LifecycleMutation): string {
  return turnId === null ? eventType : `${eventType}  ${turnId}`;
}
