import { replacedRolloutId } from "../rollout/index.ts";
import type { RolloutIdentity } from "../rollout-files/index.ts";
import type { RolloutContent } from "./content.ts";
import { type Edges, fingerprintOf, NO_EDGES } from "./edges.ts";
import { isSameFile } from "./file-mark.ts";
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
  /**
   * Nothing to go by yet: it is empty, its first line is not whole, or it has just become shorter. `isSettling`: it was changed a
   * moment ago, and may be in the middle of being written.
   */
  | { readonly type: "waits"; readonly isSettling: boolean };

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
  const waits: FilePlace = { type: "waits", isSettling: options.now() - content.mark.modifiedMs < options.settleMs };
  const known = positions.incarnations(identity.threadId, identity.rolloutId);
  const current = known.at(-1);
  if (current === undefined) return content.mark.bytes === 0 ? waits : { type: "begins", incarnation: first(identity) };
  if (await isOf(content, current)) return { type: "goes-on", incarnation: current };
  if (content.mark.bytes === 0) return waits;

  const before = positions.file(path);
  for (const older of known.slice(0, -1).filter(({ sent }) => sent.offset > 0))
    if (before?.rolloutId !== current.rolloutId && (await isOf(content, older)))
      return { type: "copy", incarnation: older };
  // As it was left: what it lacks of its rollout another file has got since.
  const isUntouched = isSameFile(content.mark, before);
  const isCopy = isUntouched || (await isCutCopy(found, before, current, positions, options));
  if (isCopy) return { type: "copy", incarnation: current };
  const isShorter = (await content.edges(current.sent.offset)) === undefined;
  if (isShorter && waits.isSettling) return waits;
  const firstLine = await firstLineOf(content);
  if (firstLine === undefined) return waits;
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

/**
 * Whether a file that is new, or has grown, is the beginning of another one of the rollout that is still there: a copy of it, made
 * before that one grew.
 */
async function isCutCopy(
  { path, content }: FoundFile,
  before: ShippedFile | undefined,
  current: Incarnation,
  positions: ShipPositions,
  { contentAt }: PlaceOptions,
): Promise<boolean> {
  if (before !== undefined && content.mark.bytes < before.bytes) return false;
  const length = await content.length();
  const edges = await content.edges(length);
  if (edges === undefined) return false;
  for (const other of positions.filesOf(current.threadId, current.rolloutId)) {
    if (other.path === path) continue;
    using held = contentAt(other.path);
    // What has been written anew itself is no original.
    if (held === undefined || !(await isOf(held, current))) continue;
    const same = await held.edges(length);
    if (same !== undefined && fingerprintOf(same) === fingerprintOf(edges)) return true;
  }
  return false;
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
