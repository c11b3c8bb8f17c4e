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

/** A chain of two or three rollouts: each forks from the one before or reverts it. Only the newest of a thread is asked. */
function lineage(families: Families, random: Random): Group {
  const base = makeRollout(
    { ...single("paginated", random), lines: random.between(4, 40), orderlyOrdinals: true },
    families,
    random,
  );
  const chain: Link[] = [{ made: base, rolloutId: base.file.threadId }];
  for (let generation = random.between(1, 2); generation > 0; generation--) chain.push(goOn(chain, families, random));
  const newest = new Map(chain.map(({ made }) => [made.file.threadId, made.file]));
  const files = chain.map(
    ({ made: { file } }): RolloutFile => ({ ...file, asked: newest.get(file.threadId) === file }),
  );
  return {
    files,
    kinds: chain.flatMap(({ made }, index) => (index === 0 ? made.kinds : [...made.kinds, "history_base"])),
  };
}

type Link = { made: Made; rolloutId: string };

function goOn(chain: readonly Link[], families: Families, random: Random): Link {
  const source = chain.at(-1);
  if (source === undefined) throw new Error("nothing to go on from");
  const { file, ordinals } = source.made;
  const at = random.between(1, ordinals.length - 1);
  const cut = ordinals[at] ?? 0;
  const revert = random.chance(0.5);
  const threadId = revert ? file.threadId : random.uuid();
  const rolloutId = revert ? random.uuid() : threadId;
  const history_base = {
    thread_id: source.rolloutId,
    end_ordinal_exclusive: cut,
    end_byte_offset: offsetOfLine(file.text, at),
  };
  const meta = revert
    ? { history_base }
    : { forked_from_id: file.threadId, forked_from_ordinal_exclusive: cut, history_base };
  const plan: Plan = {
    mode: "paginated",
    threadId,
    rolloutId,
    minute: chain.length,
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
