import type { Integer } from "../json/index.ts";
import { compacted } from "./compacted.ts";
import type { ItemLine, RolloutEvent } from "./events.ts";
import { type Fields, int64, kindOf, object, string, unreadString } from "./fields.ts";
import { hookPromptOf } from "./hook-prompt-message.ts";
import { LEGACY_ITEM_EVENTS } from "./legacy-events.ts";
import {
  COUNTED_EVENTS,
  COUNTED_LINE_KINDS,
  COUNTED_RESPONSE_ITEMS,
  EVENTS,
  KNOWN_LINE_KINDS,
  RESPONSE_ITEMS,
} from "./line-kinds.ts";
import type { Payload } from "./payload.ts";
import { checkResponseItem } from "./response-item.ts";
import { type HistoryMode, sessionMeta } from "./session-meta.ts";
import { threadSettingsApplied } from "./thread-settings.ts";
import { taskComplete, taskStarted, threadRolledBack, turnAborted, turnError } from "./turn-events.ts";
import { turnItem, turnItemType } from "./turn-items.ts";
import { threadId } from "./values.ts";

/** The event of a line, if it has an effect, and what is known of the line without it. */
export interface FoundEvent {
  readonly event: RolloutEvent | null;
  /** Whether the line takes a rollout index. */
  readonly counted: boolean;
  /** Whether Codex 0.169.0 knows the kind. */
  readonly known: boolean;
}

const COUNTED: FoundEvent = { event: null, counted: true, known: true };
const NOT_COUNTED: FoundEvent = { event: null, counted: false, known: true };
const UNKNOWN: FoundEvent = { event: null, counted: false, known: false };

const eventType = kindOf(EVENTS);
const responseItemType = kindOf(RESPONSE_ITEMS);

type ReadEvent = (fields: Fields) => RolloutEvent | null;

const TURN_EVENTS: Readonly<Record<string, ReadEvent>> = {
  task_started: taskStarted,
  turn_started: taskStarted,
  task_complete: taskComplete,
  turn_complete: taskComplete,
  turn_aborted: turnAborted,
  error: turnError,
};

const ITEM_LINES: ReadonlyMap<string, ReadEvent> = new Map([
  ["item_started", (fields: Fields) => itemLine(fields, "item_started")],
  ["item_completed", (fields: Fields) => itemLine(fields, "item_completed")],
]);

/** Events with an effect, by history mode and `payload.type`. */
const READERS: Readonly<Record<HistoryMode, ReadonlyMap<string, ReadEvent>>> = {
  legacy: new Map([
    ...Object.entries<ReadEvent>(TURN_EVENTS),
    ...Object.entries<ReadEvent>({
      thread_rolled_back: threadRolledBack,
      thread_settings_applied: threadSettingsApplied,
    }),
    ...Object.entries<ReadEvent>(LEGACY_ITEM_EVENTS),
    ...ITEM_LINES,
  ]),
  paginated: new Map([...Object.entries<ReadEvent>(TURN_EVENTS), ...ITEM_LINES]),
};

/** The types of event messages that have an effect. */
export const EFFECTIVE_EVENTS: Readonly<Record<HistoryMode, readonly string[]>> = {
  legacy: [...READERS.legacy.keys()],
  paginated: [...READERS.paginated.keys()],
};

/** Some have two names, of which the list has one. */
const KNOWN_EVENTS: ReadonlySet<string> = new Set([...EVENTS, ...READERS.legacy.keys()]);

/** Reads what a line of one kind tells. Of a line that has no effect in this mode only the kind is examined (ADR 0021). */
export function readEvent(kind: string, payload: Payload, mode: HistoryMode): FoundEvent {
  switch (kind) {
    case "event_msg":
      return readEventMessage(payload, mode);
    case "response_item":
      return readResponseItem(payload, mode);
    case "session_meta":
      return found(sessionMeta(payload.whole()), true);
    case "compacted":
      return mode === "paginated" ? COUNTED : found(compacted(payload.whole()), true);
    default:
      if (COUNTED_LINE_KINDS.has(kind)) return COUNTED;
      return KNOWN_LINE_KINDS.has(kind) ? NOT_COUNTED : UNKNOWN;
  }
}

/**
 * Whether a line of this kind is not worth reading ahead: it mostly has an effect in one of the modes. When `readEvent` finds
 * none for legacy in any other line, there is none in either mode.
 */
export function mostlyHasEffect(kind: string, payload: Payload): boolean {
  if (kind === "event_msg") return READERS.legacy.has(payload.members().required("type", eventType));
  return kind === "session_meta" || kind === "compacted";
}

function found(event: RolloutEvent | null, counted: boolean): FoundEvent {
  return { event, counted, known: true };
}

function readEventMessage(payload: Payload, mode: HistoryMode): FoundEvent {
  const members = payload.members();
  const type = members.required("type", eventType);
  const read = READERS[mode].get(type);
  if (read === undefined) {
    if (!members.isString("type")) checkNumberedEvent(type, payload.whole());
    if (COUNTED_EVENTS.has(type)) return COUNTED;
    return KNOWN_EVENTS.has(type) ? NOT_COUNTED : UNKNOWN;
  }
  const fields = payload.whole();
  if (mode === "legacy" && ITEM_LINES.has(type) && !countsInLegacy(fields)) return NOT_COUNTED;
  const event = read(fields);
  return found(event, isKept(type, event));
}

function readResponseItem(payload: Payload, mode: HistoryMode): FoundEvent {
  const members = payload.members();
  const type = members.required("type", responseItemType);
  if (!COUNTED_RESPONSE_ITEMS.has(type)) return NOT_COUNTED;
  if (!members.isString("type")) checkNumberedItem(type, payload.whole());
  if (mode === "paginated" || type !== "message") return COUNTED;
  const isUser = members.required("role", string) === "user";
  return isUser ? found(hookPromptOf(payload.whole()), true) : COUNTED;
}

/** What is needed by events without effect in either mode that need little. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  warning: ["message"],
  guardian_warning: ["message"],
  stream_error: ["message"],
  realtime_conversation_closed: [],
  token_count: [],
  agent_reasoning_section_break: [],
  shutdown_complete: [],
};

/** A kind that is told by a number is hardly the one that the other fields of its line are of: they are examined (ADR 0057). */
function checkNumberedEvent(type: string, fields: Fields): void {
  const read = READERS.legacy.get(type);
  const needed = NEEDED[type];
  if (read !== undefined) read(fields);
  else if (needed === undefined) throw fields.unlike(type);
  else for (const key of needed) fields.required(key, unreadString);
}

function checkNumberedItem(type: string, fields: Fields): void {
  if (type === "configuration_update") throw fields.unlike(type);
  checkResponseItem(fields);
}

/** Items that no legacy event tells of: only their lines count in a legacy thread (paginated §4, §5). */
const WITHOUT_LEGACY_EVENT: ReadonlySet<string> = new Set([
  "Plan",
  "FunctionCallOutput",
  "Extension",
  "SubAgentActivity",
]);

const itemType = object((item) => item.required("type", turnItemType));

function countsInLegacy(fields: Fields): boolean {
  return WITHOUT_LEGACY_EVENT.has(fields.required("item", itemType));
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
