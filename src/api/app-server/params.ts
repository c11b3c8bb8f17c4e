import { z } from "zod";
import { invalidRequest } from "./rpc-error.ts";

const MAX_U32 = 2 ** 32 - 1;

/** An optional member that may be null, which then is as if it were not there. */
function optional<T>(of: z.ZodType<T>): z.ZodType<T | null> {
  return of.nullish().transform((value) => value ?? null);
}

/** A flag that may be absent, but not null. */
const flag = z.boolean().default(false);

const u32 = z.number().refine((value) => Number.isInteger(value) && value >= 0 && value <= MAX_U32, { error: "u32" });

const page = {
  cursor: optional(z.string()),
  limit: optional(u32),
  sortDirection: optional(z.enum(["asc", "desc"])),
};

export const initializeParams = z.object({
  clientInfo: z.object({ name: z.string(), title: optional(z.string()), version: z.string() }),
  capabilities: optional(
    z.object({
      experimentalApi: flag,
      requestAttestation: flag,
      optOutNotificationMethods: optional(z.array(z.string())),
      extensions: optional(z.record(z.string(), z.unknown())),
    }),
  ),
});
export type InitializeParams = z.infer<typeof initializeParams>;

export const threadListParams = z.object({
  ...page,
  includeAttachedThreads: flag,
  currentAccountOnly: flag,
  useStateDbOnly: flag,
  excludedThreadIds: optional(z.array(z.string())),
  sortKey: optional(z.enum(["created_at", "updated_at", "recency_at", "section_position"])),
  modelProviders: optional(z.array(z.string())),
  sourceKinds: optional(
    z.array(
      z.enum([
        "cli",
        "vscode",
        "exec",
        "appServer",
        "subAgent",
        "subAgentReview",
        "subAgentCompact",
        "subAgentThreadSpawn",
        "subAgentOther",
        "unknown",
      ]),
    ),
  ),
  originators: optional(z.array(z.string())),
  archived: optional(z.boolean()),
  // For these two, absent and null are not the same.
  sectionId: z.string().nullable().optional(),
  projectId: z.string().nullable().optional(),
  cwd: optional(
    z.union([z.string(), z.array(z.string())], {
      error: "data did not match any variant of untagged enum ThreadListCwdFilter",
    }),
  ),
  searchTerm: optional(z.string()),
  parentThreadId: optional(z.string()),
  ancestorThreadId: optional(z.string()),
  attachedToThreadId: optional(z.string()),
});
export type ThreadListParams = z.infer<typeof threadListParams>;

export const threadReadParams = z.object({ threadId: z.string(), includeTurns: flag });
export type ThreadReadParams = z.infer<typeof threadReadParams>;

export const turnsListParams = z.object({
  ...page,
  threadId: z.string(),
  itemsView: optional(z.enum(["notLoaded", "summary", "full"])),
});
export type TurnsListParams = z.infer<typeof turnsListParams>;

export const itemsListParams = z.object({
  ...page,
  threadId: z.string(),
  turnId: optional(z.string()),
  cursor: optional(
    z.union([z.string(), z.object({ type: z.literal("item"), itemId: z.string() })], {
      error: "data did not match any variant of untagged enum ThreadItemsListCursor",
    }),
  ),
  deferOutput: optional(z.object({ commandExecution: flag, mcpToolCall: flag })),
});
export type ItemsListParams = z.infer<typeof itemsListParams>;

/**
 * @param name the params as Codex's types call them
 * @throws RpcError in the words of Codex's reader, for the first thing that is wrong
 */
export function parseParams<T>(name: string, schema: z.ZodType<T>, params: unknown): T {
  if (params === undefined || params === null) throw invalidRequest("Invalid request: missing field `params`");
  const parsed = schema.safeParse(params, { reportInput: true });
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw invalidRequest(`Invalid request: ${issue === undefined ? "malformed params" : complaint(issue, name)}`);
}

function complaint(issue: z.core.$ZodIssue, name: string): string {
  const { input, path, message } = issue;
  switch (issue.code) {
    case "invalid_type":
      if (input === undefined) return `missing field \`${String(path.at(-1))}\``;
      return `invalid type: ${described(input)}, expected ${expectedAt(path, issue.expected, name)}`;
    case "invalid_value":
      if (typeof input !== "string") return `invalid type: ${described(input)}, expected string or map`;
      return `unknown variant \`${shortened(input)}\`, expected ${choices(issue.values.map(String))}`;
    case "custom":
      return `invalid ${isWhole(input) ? "value" : "type"}: ${described(input)}, expected ${message}`;
    default:
      return message;
  }
}

function expectedAt(path: readonly PropertyKey[], expected: string, name: string): string {
  if (expected !== "object") return EXPECTED[expected] ?? expected;
  const key = path.at(-1);
  return `struct ${key === undefined ? name : (STRUCTS[String(key)] ?? "map")}`;
}

/** Members that are objects, with what Codex calls them. */
const STRUCTS: Readonly<Record<string, string>> = {
  clientInfo: "ClientInfo",
  capabilities: "InitializeCapabilities",
  deferOutput: "ThreadItemOutputDeferral",
};

const EXPECTED: Readonly<Record<string, string>> = {
  string: "a string",
  boolean: "a boolean",
  number: "u32",
  array: "a sequence",
  record: "a map",
};

function choices(values: readonly string[]): string {
  const quoted = values.map((value) => `\`${value}\``);
  return quoted.length === 2 ? quoted.join(" or ") : `one of ${quoted.join(", ")}`;
}

function described(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "sequence";
  switch (typeof value) {
    case "string":
      return `string ${JSON.stringify(shortened(value))}`;
    case "number":
      return `${isWhole(value) ? "integer" : "floating point"} \`${value}\``;
    case "boolean":
      return `boolean \`${value}\``;
    default:
      return "map";
  }
}

function isWhole(value: unknown): boolean {
  return Number.isInteger(value);
}

/** Enough of a text to know it again. An error does not send back megabytes. */
const MAX_QUOTED_CHARACTERS = 1000;

/** The text, or as much of it as an answer repeats. */
export function shortened(text: string): string {
  return text.length <= MAX_QUOTED_CHARACTERS ? text : `${text.slice(0, MAX_QUOTED_CHARACTERS)}…`;
}
