/** What can be switched on and off. `turns` and `messages` are the ground: `--only` leaves them on. */
export const FAMILIES = {
  turns: "starts, completions and aborts of turns",
  messages: "user and agent messages, plans",
  reasoning: "reasoning texts, summaries and raw ones",
  tools: "patches, MCP calls, searches, images",
  items: "item_completed lines of every kind",
  reviews: "entered and exited review mode",
  compaction: "compacted lines and context_compacted",
  rollback: "thread_rolled_back",
  hooks: "hook prompts in response items",
  subactivity: "sub_agent_activity",
  errors: "errors inside ends",
  noise: "lines that are read and change nothing",
  dropped: "events that the file reader drops",
  rich: "texts and paths with odd characters",
  opaque: "odd numbers and keys inside free JSON",
  collisions: "ids that equal generated or earlier ones",
  chaos: "events in orders that no client writes",
  malformed: "fields that are missing, null, of another type or unknown",
  framing: "broken lines, blanks, empty lines, repeated, unknown and shuffled keys",
  ordinals: "ordinals with gaps, repeats, steps back, or absent",
  forks: "paginated rollouts that go on from another one",
  subagents: "paginated rollouts that begin with copied lines of a parent",
} as const;

export type Family = keyof typeof FAMILIES;
export type Families = ReadonlySet<Family>;

export function isFamily(name: string): name is Family {
  return Object.hasOwn(FAMILIES, name);
}

/** All families, or the ground and those named; then without those to leave out. */
export function chosen(named: readonly Family[], without: readonly Family[]): Families {
  const start = named.length === 0 ? familyNames() : (["turns", "messages", ...named] as const);
  return new Set(start.filter((family) => !without.includes(family)));
}

function familyNames(): Family[] {
  return Object.keys(FAMILIES).filter(isFamily);
}
