import type { ItemEvent, PlacedItem } from "./change.ts";

/** Where a legacy event puts its item (reduction §4). */
export type ItemPlacement = {
  readonly how: PlacedItem["how"];
} & (
  | { readonly turn: "current" }
  /** As a user message: an implicit turn makes room for a new one (reduction §5). */
  | { readonly turn: "user" }
  /** The turn named, or nowhere. */
  | { readonly turn: "named"; readonly turnId: string }
  /** The turn named, which is opened when it is unknown. */
  | { readonly turn: "named-or-opened"; readonly turnId: string }
);

const PUSH: ItemPlacement = { how: "push", turn: "current" };
const UPSERT: ItemPlacement = { how: "upsert", turn: "current" };
const USER: ItemPlacement = { how: "push", turn: "user" };

/** Undefined when the event makes no item at all. */
export function placementOf(event: ItemEvent): ItemPlacement | undefined {
  switch (event.type) {
    case "user_message":
      return USER;
    case "agent_message":
      return event.message === "" ? undefined : PUSH;
    case "agent_reasoning":
    case "agent_reasoning_raw_content":
      return event.text === "" ? undefined : PUSH;
    case "context_compacted":
    case "hook_prompt":
      return PUSH;
    case "entered_review_mode":
    case "exited_review_mode":
      return event.turnId === null ? UPSERT : { how: "upsert", turn: "named-or-opened", turnId: event.turnId };
    case "item_started":
    case "item_completed":
      return itemLinePlacement(event);
    case "exec_command_begin":
    case "exec_command_end":
      return named(event.turnId);
    case "guardian_assessment": {
      const makesItem = event.targetItemId !== null && event.status !== "approved" && event.action.type !== "other";
      return makesItem ? namedOrCurrent(event.turnId) : undefined;
    }
    case "apply_patch_approval_request":
    case "patch_apply_begin":
    case "patch_apply_end":
    case "dynamic_tool_call_request":
    case "dynamic_tool_call_response":
    case "mcp_tool_call_begin":
    case "mcp_tool_call_end":
      return namedOrCurrent(event.turnId);
    case "sub_agent_activity":
      return event.kind === "completed" ? undefined : UPSERT;
    default:
      return UPSERT;
  }
}

function named(turnId: string): ItemPlacement {
  return { how: "upsert", turn: "named", turnId };
}

function namedOrCurrent(turnId: string): ItemPlacement {
  return turnId === "" ? UPSERT : named(turnId);
}

/** Item lines count for what no legacy event tells of; of an empty plan only the times are kept (paginated §4). */
function itemLinePlacement({
  item,
  turnId,
}: Extract<ItemEvent, { readonly type: `item_${string}` }>): ItemPlacement | undefined {
  if (item.type === "Plan" && item.text === "") return { how: "time", turn: "named", turnId };
  if (item.type === "SubAgentActivity" && item.kind !== "completed") return undefined;
  return named(turnId);
}
