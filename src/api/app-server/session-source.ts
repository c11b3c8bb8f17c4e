import { z } from "zod";
import type { JsonText } from "../../json/index.ts";
import { namedSourceKind } from "../../read-model/index.ts";

/** `SessionSource` of Codex's protocol. */
export type SessionSource = string | { readonly subAgent: SubAgentSource } | { readonly custom: string };

type SubAgentSource = string | { readonly thread_spawn: object } | { readonly other: string };

const DEFAULT: SessionSource = "vscode";

const threadSpawn = z.object({
  parent_thread_id: z.string(),
  depth: z.number().int(),
  agent_path: z.string().nullish(),
  agent_nickname: z.string().nullish(),
  agent_role: z.string().nullish(),
});

const wireSource = z.union([
  z.string(),
  z.object({ custom: z.string() }),
  z.object({
    subagent: z.union([z.string(), z.object({ other: z.string() }), z.object({ thread_spawn: threadSpawn })]),
  }),
]);

/** The source as it stands in a rollout, in the form of the protocol. */
export function sessionSourceOf(source: JsonText | null): SessionSource {
  if (source === null) return DEFAULT;
  const read = wireSource.safeParse(JSON.parse(source.text));
  if (!read.success) return "unknown";
  const value = read.data;
  if (typeof value === "string") return namedSourceKind(value);
  return "custom" in value ? value : { subAgent: subAgentOf(value.subagent) };
}

type WireSubAgent = string | { readonly other: string } | { readonly thread_spawn: z.infer<typeof threadSpawn> };

function subAgentOf(source: WireSubAgent): SubAgentSource {
  if (typeof source === "string" || "other" in source) return source;
  const { parent_thread_id, depth, agent_path, agent_nickname, agent_role } = source.thread_spawn;
  return {
    thread_spawn: {
      parent_thread_id,
      depth,
      agent_path: agent_path ?? null,
      agent_nickname: agent_nickname ?? null,
      agent_role: agent_role ?? null,
    },
  };
}
