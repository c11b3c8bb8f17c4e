/**
 * What patterns and paths leave alone, by the name of a member: so that turns and items stay what they are. Inside opaque
 * values, which the projections never look into, nothing is left alone.
 */

/** Ids, and what a line is placed by. */
const IDENTITY = /^(?:id|.+_ids?|.+Ids?|timestamp|ordinal|agent_path|initiating_agent_path)$/;

/** Members whose strings are of closed sets, where they are: a word as these sets have them stays, other text does not. */
const CLOSED_SETS: ReadonlySet<string> = new Set([
  "type",
  "kind",
  "role",
  "status",
  "statuses",
  "agents_states",
  "phase",
  "reason",
  "source",
  "tool",
  "mode",
  "history_mode",
  "collaboration_mode_kind",
  "multi_agent_version",
  "reasoning_effort",
  "delivery",
  "preferredModelDisplayMode",
  "turn_kind",
  "codex_error_info",
  "detail",
  "image_details",
  "local_image_details",
  "file_id_details",
  "image_order",
  "audio_order",
]);
const WORD = /^[A-Za-z][A-Za-z0-9_.]{0,39}$/;

/** Members that hold whatever a tool was given or gave. */
const OPAQUE: ReadonlySet<string> = new Set([
  "arguments",
  "structuredContent",
  "_meta",
  "meta",
  "results",
  "dynamic_tools",
  "inputSchema",
]);
/** Results of MCP tools. */
const OPAQUE_PATHS: ReadonlySet<string> = new Set(["payload.result", "payload.item.result"]);

/** Members that must stay absolute paths, or `file:` URIs. */
const PATHS: ReadonlySet<string> = new Set(["cwd", "path", "saved_path", "savedPath"]);
const PATH_LISTS: ReadonlySet<string> = new Set(["runtime_workspace_roots", "workspace_roots"]);

/** The way from the line to a value: names of members, indexes of elements. */
export type Way = readonly string[];

export function isOpaque(way: Way): boolean {
  return OPAQUE.has(way.at(-1) ?? "") || OPAQUE_PATHS.has(way.join("."));
}

/** A list's elements, and the values of an object of statuses, bear its name. */
function nameOf(way: Way): string {
  const last = way.at(-1) ?? "";
  const before = way.at(-2) ?? "";
  return /^\d+$/.test(last) || before === "statuses" || before === "agents_states" ? before : last;
}

/** Whether the string at the end of this way is left alone. */
export function isKept(way: Way, text: string): boolean {
  const name = nameOf(way);
  return IDENTITY.test(name) || (CLOSED_SETS.has(name) && WORD.test(text));
}

/** Whether what ends this way has a name that rules may not ask for. */
export function isStructural(way: Way): boolean {
  const name = nameOf(way);
  return IDENTITY.test(name) || CLOSED_SETS.has(name);
}

export function isFileName(way: Way): boolean {
  return PATHS.has(way.at(-1) ?? "") || PATH_LISTS.has(nameOf(way));
}

/** Whether it is a text that may be a hook prompt. */
export function isMessageText(way: Way): boolean {
  return way.length === 4 && way[0] === "payload" && way[1] === "content" && way[3] === "text";
}

/** Why a rule may not name this path, if so. Names below an opaque value are free. */
export function refusalOf(steps: readonly string[]): string | undefined {
  const [before = "", last = ""] = steps.slice(-2).length === 2 ? steps.slice(-2) : ["", ...steps];
  if (steps.slice(0, -1).some((step) => OPAQUE.has(step))) return undefined;
  if (IDENTITY.test(last)) return `turns, items and lines are told apart by "${last}"`;
  if (last === "" && IDENTITY.test(before)) return `turns, items and lines are told apart by what "${before}" lists`;
  return CLOSED_SETS.has(last) ? `"${last}" tells what a line, an item or a turn is` : undefined;
}
