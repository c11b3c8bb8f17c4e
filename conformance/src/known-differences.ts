import type { Difference } from "./compare.ts";
import type { RolloutGroup } from "./rollout-file.ts";

/** A difference that stays: Codex answers at random, or wrongly, or this project decided otherwise. */
export type KnownDifference = {
  what: string;
  why: string;
  covers: (difference: Difference, group: RolloutGroup) => boolean;
};

const GENERATED_ID = /"(?:id|call_id|event_id)":"item-\d+"/;
const PROMPT_ID = /"type":"message","id":("[^"]+")/g;

/** Whether a hook prompt bears an id that stands elsewhere, too: it is appended, whatever has its id. */
function hasPromptOfSharedId(text: string): boolean {
  return [...text.matchAll(PROMPT_ID)].some(([, id = ""]) => text.split(`:${id}`).length > 2);
}

export const KNOWN_DIFFERENCES: readonly KnownDifference[] = [
  {
    what: "the id of a hook prompt without an id",
    why: "Codex draws it at random on every reading; the comparison leaves it out (compare.ts), so it never gets here",
    covers: () => false,
  },
  {
    what: "the times of an item whose id a later item of the turn has too: a generated one, or that of a hook prompt",
    why: "Codex keeps times by id, for whichever item bears it; of two items with one id only the later is seen here, with its own times",
    covers: ({ path }, group) =>
      /\.items\[\d+\]\.(?:started|completed)AtMs$/.test(path) &&
      group.some(({ mode, text }) => mode === "legacy" && (GENERATED_ID.test(text) || hasPromptOfSharedId(text))),
  },
  {
    what: "the path of a read whose working directory is a URI with an encoded slash",
    why: "Codex joins the path to the URI's segments, in which `%2F` parts nothing; here it is joined to the decoded path, which is shown",
    covers: ({ path }, group) =>
      /\.commandActions\[\d+\]\.path$/.test(path) && group.some(({ text }) => /%2f/i.test(text)),
  },
];
