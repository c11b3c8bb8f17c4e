import { replacedRolloutId } from "../rollout/index.ts";
import type { RolloutIdentity } from "../rollout-files/index.ts";
import type { RolloutContent } from "./content.ts";
import { EDGE_BYTES, type Edges, fingerprintOf, NO_EDGES } from "./edges.ts";
import { BEGINNING, type Incarnation, type ShipPositions, type ShippedFile } from "./incarnation.ts";

const NEWLINE = 0x0a;
/** Of a longer first line its beginning tells contents apart. */
const FIRST_LINE_BYTES = 1024 * 1024;

/** Where the shipping of a file goes on. */
export type FilePlace =
  | { readonly type: "goes-on"; readonly incarnation: Incarnation }
  /** Its content is new: the incarnation is to be begun. */
  | { readonly type: "begins"; readonly incarnation: Incarnation }
  /** A copy of what another file of the rollout holds or held: nothing of it is missing in the log. */
  | { readonly type: "copy"; readonly incarnation: Incarnation }
  /** Nothing to go by yet: it is empty, its first line is not whole, or it has just become shorter. */
  | { readonly type: "waits" };

export interface FoundFile {
  readonly path: string;
  readonly identity: RolloutIdentity;
  readonly content: RolloutContent;
}

export interface PlaceOptions {
  /** A file that became shorter is looked at again until it was left alone for so long: it may be in the middle of being written anew. */
  readonly settleMs: number;
  readonly now: () => number;
  /** What another file holds; undefined when it is gone or cannot be read. */
  readonly contentAt: (path: string) => RolloutContent | undefined;
}

/** Finds out which incarnation of its rollout a file holds, by its content alone: it may have been moved, replaced or cut. */
export async function placeOf(found: FoundFile, positions: ShipPositions, options: PlaceOptions): Promise<FilePlace> {
  const { content, identity, path } = found;
  const known = positions.incarnations(identity.threadId, identity.rolloutId);
  const current = known.at(-1);
  if (current === undefined)
    return content.bytes === 0 ? { type: "waits" } : { type: "begins", incarnation: first(identity) };
  if (await isOf(content, current)) return { type: "goes-on", incarnation: current };
  if (content.bytes === 0) return { type: "waits" };

  const before = positions.file(path);
  for (const older of known.slice(0, -1).filter(({ sent }) => sent.offset > 0))
    if (before?.rolloutId !== current.rolloutId && (await isOf(content, older)))
      return { type: "copy", incarnation: older };
  const isCopy =
    before === undefined ? await isCutCopy(content, current, positions, options) : isUntouched(content, before);
  if (isCopy) return { type: "copy", incarnation: current };
  const isShorter = (await content.edges(current.sent.offset)) === undefined;
  if (isShorter && options.now() - content.modifiedMs < options.settleMs) return { type: "waits" };
  const firstLine = await firstLineOf(content);
  if (firstLine === undefined) return { type: "waits" };
  return { type: "begins", incarnation: next(known, identity, firstLine) };
}

/** Whether a content holds all that was sent of an incarnation. */
async function isOf(content: RolloutContent, { sent, fingerprint }: Incarnation): Promise<boolean> {
  const edges = await content.edges(sent.offset);
  if (edges === undefined || fingerprintOf(edges) !== fingerprint) return false;
  return endsLine(edges) || (await isLineEnd(content, sent.offset));
}

/** A last line that was sent without its newline must not go on. */
async function isLineEnd(content: RolloutContent, offset: number): Promise<boolean> {
  for await (const chunk of content.chunks(offset)) return chunk[0] === NEWLINE;
  return true;
}

/** Whether what the edges are of ends with a whole line, or is nothing. */
export function endsLine({ tail }: Edges): boolean {
  return tail.length === 0 || tail.at(-1) === NEWLINE;
}

/** Whether a file is as it was left: what it lacks of its rollout another file has got since. */
function isUntouched({ bytes, modifiedMs, inode }: RolloutContent, before: ShippedFile): boolean {
  return before.bytes === bytes && before.modifiedMs === modifiedMs && before.inode === inode;
}

/** An unknown file that begins as one of the same rollout that is still there: an older copy of it, from before it grew. */
async function isCutCopy(
  content: RolloutContent,
  { threadId, rolloutId }: Incarnation,
  positions: ShipPositions,
  { contentAt }: PlaceOptions,
): Promise<boolean> {
  const beginning = await beginningOf(content);
  for (const { path } of positions.filesOf(threadId, rolloutId)) {
    using other = contentAt(path);
    if (other === undefined) continue;
    const length = Math.min(beginning.length, other.bytes);
    if ((await beginningOf(other)).subarray(0, length).equals(beginning.subarray(0, length))) return true;
  }
  return false;
}

async function beginningOf(content: RolloutContent): Promise<Buffer> {
  for await (const chunk of content.chunks(0)) return Buffer.from(chunk.subarray(0, EDGE_BYTES));
  return Buffer.alloc(0);
}

/** Undefined until it is whole. Of a line that is longer than `FIRST_LINE_BYTES` its beginning. */
async function firstLineOf(content: RolloutContent): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of content.chunks(0)) {
    const end = chunk.indexOf(NEWLINE);
    parts.push(Buffer.from(end < 0 ? chunk : chunk.subarray(0, end)));
    bytes += chunk.length;
    if (end >= 0 || bytes > FIRST_LINE_BYTES) return Buffer.concat(parts).subarray(0, FIRST_LINE_BYTES);
  }
  return undefined;
}

function first({ threadId, rolloutId }: RolloutIdentity): Incarnation {
  return begun({ threadId, baseId: rolloutId, rolloutId, number: 0 });
}

/** Its id follows from the first line; where that was there before (a file cut short and grown again), from the number too. */
function next(
  known: readonly Incarnation[],
  { threadId, rolloutId: baseId }: RolloutIdentity,
  firstLine: Buffer,
): Incarnation {
  const replaced = replacedRolloutId(baseId, firstLine);
  const number = (known.at(-1)?.number ?? 0) + 1;
  const isNew = known.every(({ rolloutId }) => rolloutId !== replaced);
  return begun({ threadId, baseId, rolloutId: isNew ? replaced : `${replaced}.${number}`, number });
}

function begun(ids: Pick<Incarnation, "threadId" | "baseId" | "rolloutId" | "number">): Incarnation {
  return { ...ids, shipped: BEGINNING, sent: BEGINNING, fingerprint: fingerprintOf(NO_EDGES) };
}
