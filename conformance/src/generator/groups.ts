import { member, readJson, stringMember } from "../json.ts";
import type { Random } from "../random.ts";
import type { HistoryMode, RolloutFile, RolloutGroup } from "../rollout-file.ts";
import type { Families } from "./families.ts";
import { LONGEST, type Made, makeRollout, type Plan } from "./rollout.ts";
import type { Fields } from "./written.ts";

export type Group = { files: RolloutGroup; kinds: string[] };

/** One run: mostly a single rollout; at times with a base it goes on from. */
export function makeGroup(mode: HistoryMode, families: Families, random: Random): Group {
  if (mode === "paginated" && families.has("forks") && random.chance(0.15)) return lineage(families, random);
  const made = makeRollout({ ...single(mode, random), meta: sideFields(mode, families, random) }, families, random);
  return { files: [made.file], kinds: made.kinds };
}

function single(mode: HistoryMode, random: Random): Plan {
  const lines = random.chance(0.5) ? random.between(1, 20) : random.between(1, LONGEST);
  return { mode, threadId: random.uuid(), minute: 0, lines, start: 0, meta: {}, asked: true, orderlyOrdinals: false };
}

function sideFields(mode: HistoryMode, families: Families, random: Random): Fields {
  if (mode === "legacy" || !families.has("subagents") || !random.chance(0.1)) return {};
  return { subagent_history_start_ordinal: random.pick([null, 0, 1, 2, 3]), parent_thread_id: random.uuid() };
}

/** Lines past a cut that are about an earlier turn: what Codex then shows depends on whether it read them before the revert. */
function settled(made: Made, at: number): Made {
  const lines = made.file.text.split("\n");
  const before = new Set(lines.slice(0, at).map(turnOf));
  const kept = lines.filter(
    (line, index) => index < at || line === "" || turnOf(line) === undefined || !before.has(turnOf(line)),
  );
  return { ...made, file: { ...made.file, text: kept.join("\n") } };
}

function turnOf(line: string): string | undefined {
  return line === "" ? undefined : stringMember(member(readJson(line), "payload"), "turn_id");
}

/** A chain of two or three rollouts: each forks from the one before or reverts it. Only the newest of a thread is asked. */
function lineage(families: Families, random: Random): Group {
  const wellFormed: Families = new Set(
    [...families].filter((family) => family !== "malformed" && family !== "framing"),
  );
  const base = makeRollout(
    { ...single("paginated", random), lines: random.between(4, 40), orderlyOrdinals: true },
    wellFormed,
    random,
  );
  let source: Link = { made: base, rolloutId: base.file.threadId };
  const chain: Made[] = [];
  for (let more = random.between(1, 2); more > 0; more--) {
    const revert = random.chance(0.5);
    const at = random.between(1, source.made.ordinals.length - 1);
    chain.push(revert ? settled(source.made, at) : source.made);
    source = goOn(source, at, revert, chain.length, more === 1 ? families : wellFormed, random);
  }
  chain.push(source.made);
  const newest = new Map(chain.map(({ file }) => [file.threadId, file]));
  const files = chain.map(({ file }): RolloutFile => ({ ...file, asked: newest.get(file.threadId) === file }));
  return { files, kinds: chain.flatMap(({ kinds }, index) => (index === 0 ? kinds : [...kinds, "history_base"])) };
}

type Link = { made: Made; rolloutId: string };

function goOn(
  { made, rolloutId: base }: Link,
  at: number,
  revert: boolean,
  minute: number,
  families: Families,
  random: Random,
): Link {
  const { file, ordinals } = made;
  const cut = ordinals[at] ?? 0;
  const threadId = revert ? file.threadId : random.uuid();
  const rolloutId = revert ? random.uuid() : threadId;
  const history_base = { thread_id: base, end_ordinal_exclusive: cut, end_byte_offset: offsetOfLine(file.text, at) };
  const meta = revert
    ? { history_base }
    : { forked_from_id: file.threadId, forked_from_ordinal_exclusive: cut, history_base };
  const plan: Plan = {
    mode: "paginated",
    threadId,
    rolloutId,
    minute,
    lines: random.between(1, 25),
    start: cut,
    meta,
    asked: true,
    orderlyOrdinals: true,
  };
  return { made: makeRollout(plan, families, random), rolloutId };
}

function offsetOfLine(text: string, index: number): number {
  return Buffer.byteLength(
    text
      .split("\n")
      .slice(0, index)
      .map((line) => `${line}\n`)
      .join(""),
  );
}
