import type { Integer, JsonDocument, Node } from "../json/index.ts";
import { compacted } from "./compacted.ts";
import type { ItemLine, RolloutEvent } from "./events.ts";
import { Fields, int64, list, object, string, unread } from "./fields.ts";
import { hookPromptOf } from "./hook-prompt-message.ts";
import { LEGACY_ITEM_EVENTS } from "./legacy-events.ts";
import { COUNTED_EVENTS, COUNTED_LINE_KINDS, COUNTED_RESPONSE_ITEMS } from "./line-kinds.ts";
import { type HistoryMode, sessionMeta } from "./session-meta.ts";
import { threadSettingsApplied } from "./thread-settings.ts";
import { taskComplete, taskStarted, threadRolledBack, turnAborted, turnError } from "./turn-events.ts";
import { turnItem } from "./turn-items.ts";
import { threadId } from "./values.ts";

/** The event of a line, if it has an effect, and whether the line takes a rollout index. */
export interface FoundEvent {
  readonly event: RolloutEvent | null;
  readonly counted: boolean;
}

const COUNTED: FoundEvent = { event: null, counted: true };
const NOT_COUNTED: FoundEvent = { event: null, counted: false };

type ReadEvent = (fields: Fields) => RolloutEvent | null;

const TURN_EVENTS: Readonly<Record<string, ReadEvent>> = {
  task_started: taskStarted,
  turn_started: taskStarted,
  task_complete: taskComplete,
  turn_complete: taskComplete,
  turn_aborted: turnAborted,
  error: turnError,
};

const ITEM_LINES: Readonly<Record<string, ReadEvent>> = {
  item_started: (fields) => itemLine(fields, "item_started"),
  item_completed: (fields) => itemLine(fields, "item_completed"),
};

/** Events with an effect, by history mode and `payload.type`. */
const EVENTS: Readonly<Record<HistoryMode, ReadonlyMap<string, ReadEvent>>> = {
  legacy: new Map(
    Object.entries<ReadEvent>({
      ...TURN_EVENTS,
      thread_rolled_back: threadRolledBack,
      thread_settings_applied: threadSettingsApplied,
      ...LEGACY_ITEM_EVENTS,
      ...ITEM_LINES,
    }),
  ),
  paginated: new Map(Object.entries({ ...TURN_EVENTS, ...ITEM_LINES })),
};

/**
 * Reads what a line of one kind tells. `recordPayload` records the whole payload; it is asked for only where the kind has an
 * effect in this mode.
 */
export function readEvent(
  kind: string,
  envelope: JsonDocument,
  payload: Node,
  mode: HistoryMode,
  recordPayload: () => JsonDocument,
): FoundEvent {
  switch (kind) {
    case "event_msg":
      return readEventMessage(envelope, payload, mode, recordPayload);
    case "response_item":
      return readResponseItem(envelope, payload, mode, recordPayload);
    case "session_meta":
      return { event: sessionMeta(new Fields(recordPayload(), 0, "payload")), counted: true };
    case "compacted":
      if (mode === "paginated") return COUNTED;
      return { event: compacted(new Fields(recordPayload(), 0, "payload")), counted: true };
    default:
      return COUNTED_LINE_KINDS.has(kind) ? COUNTED : NOT_COUNTED;
  }
}

function payloadType(envelope: JsonDocument, payload: Node): string {
  return new Fields(envelope, payload, "payload").required("type", string);
}

function readEventMessage(
  envelope: JsonDocument,
  payload: Node,
  mode: HistoryMode,
  recordPayload: () => JsonDocument,
): FoundEvent {
  const type = payloadType(envelope, payload);
  const read = EVENTS[mode].get(type);
  if (read === undefined) return COUNTED_EVENTS.has(type) ? COUNTED : NOT_COUNTED;
  const fields = new Fields(recordPayload(), 0, "payload");
  if (mode === "legacy" && type in ITEM_LINES && !countsInLegacy(fields)) return NOT_COUNTED;
  const event = read(fields);
  return { event, counted: isKept(type, event) };
}

function readResponseItem(
  envelope: JsonDocument,
  payload: Node,
  mode: HistoryMode,
  recordPayload: () => JsonDocument,
): FoundEvent {
  const type = payloadType(envelope, payload);
  if (!COUNTED_RESPONSE_ITEMS.has(type)) return NOT_COUNTED;
  if (mode === "paginated" || type !== "message") return COUNTED;
  const fields = new Fields(envelope, payload, "payload");
  const role = fields.required("role", string);
  fields.required("content", list(unread));
  if (role !== "user") return COUNTED;
  const event = hookPromptOf(envelope, payload, recordPayload);
  return event === null ? COUNTED : { event, counted: true };
}

/** Items that no legacy event tells of: only their lines count in a legacy thread (paginated §4, §5). */
const WITHOUT_LEGACY_EVENT: ReadonlySet<string> = new Set([
  "Plan",
  "FunctionCallOutput",
  "Extension",
  "SubAgentActivity",
]);

function countsInLegacy(fields: Fields): boolean {
  return WITHOUT_LEGACY_EVENT.has(
    fields.required(
      "item",
      object((item) => item.required("type", string)),
    ),
  );
}

/** Whether Codex keeps the event when it loads a legacy file (paginated §4). */
function isKept(type: string, event: RolloutEvent | null): boolean {
  if (event?.type === "sub_agent_activity") return event.kind !== "completed";
  if (event?.type !== "item_completed") return COUNTED_EVENTS.has(type);
  const { item } = event;
  if (item.type === "SubAgentActivity") return item.kind === "completed";
  return item.type === "Plan" || item.type === "FunctionCallOutput" || item.type === "Sleep";
}

function itemLine(fields: Fields, type: ItemLine["type"]): ItemLine {
  fields.required("thread_id", threadId);
  const completedAtMs = fields.defaulted("completed_at_ms", int64, 0);
  return {
    type,
    turnId: fields.required("turn_id", string),
    item: fields.required("item", turnItem),
    startedAtMs:
      type === "item_started"
        ? fields.defaulted<Integer | null>("started_at_ms", int64, null)
        : fields.optional("started_at_ms", int64),
    completedAtMs: completedAtMs === 0 || type === "item_started" ? null : completedAtMs,
  };
}
