import type { JsonText } from "../json/index.ts";

/** Where a thread without a source came from; Codex reads it so, too. */
const DEFAULT_KIND = "vscode";

/**
 * The kind of a thread's source in one word, by the names of Codex's protocol (`ThreadSourceKind`): Codex writes a name, or an
 * object whose one key is the name (`{"subagent":"review"}`).
 */
export function sourceKindOf(source: JsonText | null): string {
  if (source === null) return DEFAULT_KIND;
  const value: unknown = JSON.parse(source.text);
  if (typeof value === "string") return namedSourceKind(value);
  if (typeof value !== "object" || value === null) return "unknown";
  const [[key, inner] = ["unknown", null]] = Object.entries(value);
  return key === "subagent" ? subAgentKind(inner) : key;
}

/** A source that Codex writes as a name, in its protocol's words; names that Codex does not know it takes for no name. */
export function namedSourceKind(source: string): "cli" | "vscode" | "exec" | "appServer" | "unknown" {
  switch (source) {
    case "cli":
    case "vscode":
    case "exec":
      return source;
    case "mcp":
      return "appServer";
    default:
      return "unknown";
  }
}

function subAgentKind(inner: unknown): string {
  const name = typeof inner === "string" ? inner : Object.keys(Object(inner))[0];
  switch (name) {
    case "review":
      return "subAgentReview";
    case "compact":
      return "subAgentCompact";
    case "thread_spawn":
      return "subAgentThreadSpawn";
    default:
      return "subAgentOther";
  }
}

/** The thread that spawned this one, where its source tells: older releases of Codex say it nowhere else. */
export function spawningThreadOf(source: JsonText | null): string | null {
  if (source === null) return null;
  const value = Object(JSON.parse(source.text)) as { readonly subagent?: { readonly thread_spawn?: unknown } };
  const { parent_thread_id: parent } = Object(value.subagent?.thread_spawn) as { readonly parent_thread_id?: unknown };
  return typeof parent === "string" ? parent : null;
}
