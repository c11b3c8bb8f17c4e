import { raw, type Sql } from "./sql.ts";

/** What rows are read from. Numbers of Codex's own, which may need all of their 64 bits, come as text. */

const FIRST = ["first_ordinal", "first_offset", "first_rollout_id", "first_position"];
const KEY = ["thread_id", "turn_id", "version", "removed_by", ...FIRST, "content_version"];
const TURN = [...KEY, "ended_offset", "turn_ordinal", "status", "error", "root_turn_id"];
const TURN_INTEGERS = ["started_at", "completed_at", "duration_ms"];
const ITEM = [...KEY, "item_key", "item_ordinal", "item_type", "is_open", "item", "text", "phase"];
const GIT = ["git_commit_hash", "git_branch", "git_repository_url"];
const ORIGIN = ["started_version", "rollout_id", "cwd", "source", "source_kind", "originator", "cli_version"];
const MORE = ["model_provider", "history_mode", "forked_from_id", "parent_thread_id", "agent_nickname", "agent_role"];
const THREAD = ["thread_id", ...ORIGIN, ...MORE, ...GIT, "created_at_ms", "updated_at_ms", "status", "preview"];
const EVENT = ["mutation_id", "thread_id", "turn_id", "event_type", "payload", "occurred_at", "rollout_id", "version"];
const ROLLOUT = ["thread_id", "rollout_id", "base_rollout_id", "version"];
const SOURCE = ["source_partition", "source_offset", "recorded_at_ms"];
const DEAD_LETTER = ["observer", "code", "reason", "thread_id", "rollout_id", "position", ...SOURCE];

export const turnColumns = (of: string): Sql => columns(of, TURN, TURN_INTEGERS);
export const itemColumns = (of: string): Sql => columns(of, ITEM);
export const threadColumns = (of: string): Sql => columns(of, THREAD);
export const eventColumns = (of: string): Sql => columns(of, EVENT);
export const rolloutColumns = (of: string): Sql => columns(of, ROLLOUT, ["base_end_ordinal"]);
export const deadLetterColumns = (of: string): Sql => columns(of, DEAD_LETTER);

function columns(of: string, names: readonly string[], integers: readonly string[] = []): Sql {
  const plain = names.map((name) => `${of}.${name}`);
  const exact = integers.map((name) => `CAST(${of}.${name} AS text) AS ${name}`);
  return raw([...plain, ...exact].join(", "));
}
