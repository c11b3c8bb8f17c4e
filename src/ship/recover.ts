import { hash } from "node:crypto";
import { isIncarnationOf } from "../rollout/index.ts";
import { rolloutFile, UnreadableInputError } from "../rollout-files/index.ts";
import type { RolloutRecord } from "../worker/index.ts";
import { lookThrough } from "./catalog.ts";
import { openContent } from "./content.ts";
import { fingerprintOf } from "./edges.ts";
import { BEGINNING, type Incarnation, type Place, type RecoveredPositions, type ShippedFile } from "./incarnation.ts";
import type { LineRecords } from "./line-records.ts";
import { type RawLine, RawLines } from "./raw-lines.ts";
import { type ThreadFile, Threads } from "./threads.ts";

/** What the log tells of one incarnation: its first line, and the last one, by their hashes. */
interface LoggedRollout {
  readonly rolloutId: string;
  first: string | null;
  last: { position: number; line: string };
}

export interface RecoverOptions {
  readonly paths: readonly string[];
  readonly maxLineBytes: number;
}

/**
 * Finds out again, from the log, how much of which content was shipped, when that is not known any more (the file of positions
 * was lost, or this is the first start). Without it a content that had replaced another would be sent under the id of that one,
 * and its lines would count as late (D19).
 *
 * @param recordsSince the records of the log, at least those written since files of these names were begun
 */
export async function recoverPositions(
  recordsSince: (names: readonly string[]) => AsyncIterable<RolloutRecord>,
  records: LineRecords,
  { paths, maxLineBytes }: RecoverOptions,
): Promise<RecoveredPositions> {
  const incarnations: Incarnation[] = [];
  const shipped: ShippedFile[] = [];
  const files = await filesAt(paths);
  const threads = Map.groupBy(files, ({ identity }) => identity.threadId);
  if (threads.size === 0) return { incarnations, files: shipped };
  const logged = new Map<string, Map<string, LoggedRollout>>();
  for await (const record of recordsSince(files.map(({ name }) => name)))
    if (threads.has(record.threadId)) note(logged, record);
  for (const [threadId, rollouts] of logged) {
    const bases = Map.groupBy(threads.get(threadId) ?? [], ({ identity }) => identity.rolloutId);
    for (const [baseId, copies] of bases) {
      const ours = [...rollouts.values()].filter(({ rolloutId }) => isIncarnationOf(rolloutId, baseId));
      const found = await matched(copies, ours, new LineHashes(records, maxLineBytes));
      for (const [number, { rolloutId }] of ours.entries()) {
        const { known, file } = found.get(rolloutId) ?? UNKNOWN;
        incarnations.push({ threadId, baseId, rolloutId, number, ...known });
        if (file !== null) shipped.push({ ...file, threadId, rolloutId, isDone: false });
      }
    }
  }
  return { incarnations, files: shipped };
}

interface Match {
  readonly known: Pick<Incarnation, "shipped" | "sent" | "fingerprint">;
  readonly file: ThreadFile | null;
}

/** No file holds this content any more. */
const UNKNOWN: Match = { known: { shipped: BEGINNING, sent: BEGINNING, fingerprint: null }, file: null };

async function filesAt(paths: readonly string[]): Promise<ThreadFile[]> {
  const threads = new Threads();
  for (const path of paths) {
    for await (const found of lookThrough(path)) {
      if (found.type !== "file") continue;
      await threads.put(found.file).catch(passOverUnreadable);
    }
  }
  return [...threads.ids].flatMap((threadId) => threads.filesOf(threadId));
}

/** Whoever ships it says so. */
function passOverUnreadable(error: unknown): undefined {
  if (!(error instanceof UnreadableInputError)) throw error;
}

function note(logged: Map<string, Map<string, LoggedRollout>>, record: RolloutRecord): void {
  const { threadId, rolloutId, position } = record;
  const rollouts = logged.get(threadId) ?? new Map<string, LoggedRollout>();
  logged.set(threadId, rollouts);
  const line = hashOf(record);
  const known = rollouts.get(rolloutId) ?? { rolloutId, first: null, last: { position, line } };
  rollouts.set(rolloutId, known);
  if (position === 0) known.first ??= line;
  if (position > known.last.position) known.last = { position, line };
}

/** Which file holds which incarnation, by its id; of several that a file could hold the newest. */
async function matched(
  files: readonly ThreadFile[],
  rollouts: readonly LoggedRollout[],
  hashes: LineHashes,
): Promise<Map<string, Match>> {
  const found = new Map<string, Match>();
  for (const file of files) {
    for (const rollout of rollouts.toReversed()) {
      const known = found.has(rollout.rolloutId)
        ? undefined
        : await hashes.match(file, rollout).catch(passOverUnreadable);
      if (known === undefined) continue;
      found.set(rollout.rolloutId, { known, file });
      break;
    }
  }
  return found;
}

/** Compares lines of files with those in the log, by what their records would be. */
class LineHashes {
  readonly #records: LineRecords;
  readonly #maxLineBytes: number;

  constructor(records: LineRecords, maxLineBytes: number) {
    this.#records = records;
    this.#maxLineBytes = maxLineBytes;
  }

  /** Where the last logged line of a rollout ends in a file; undefined when the file holds something else. */
  async match(file: ThreadFile, { first, last }: LoggedRollout): Promise<Match["known"] | undefined> {
    using content = openContent(rolloutFile(file.path, file.bytes));
    let place: Place = BEGINNING;
    for await (const { raw, bytes } of linesOf(content.chunks(0), this.#maxLineBytes)) {
      const { position } = place;
      if (position === 0 && first !== null && this.#hashOf(raw, file, 0) !== first) return undefined;
      place = { offset: place.offset + bytes, position: position + 1 };
      if (position < last.position) continue;
      if (this.#hashOf(raw, file, position) !== last.line) return undefined;
      const edges = await content.edges(place.offset);
      return edges && { shipped: place, sent: place, fingerprint: fingerprintOf(edges) };
    }
    return undefined;
  }

  #hashOf(raw: RawLine, { name, identity }: ThreadFile, position: number): string {
    return hashOf(this.#records.recordOf(raw, { ...identity, position, recordedAt: 0, fileName: name }).record);
  }
}

/** Lines, and how many bytes each takes with its newline. */
async function* linesOf(
  chunks: AsyncIterable<Buffer> | Iterable<Buffer>,
  maxLineBytes: number,
): AsyncIterable<{ readonly raw: RawLine; readonly bytes: number }> {
  const splitter = new RawLines(maxLineBytes);
  for await (const chunk of chunks) for (const raw of splitter.of(chunk)) yield { raw, bytes: bytesOf(raw) + 1 };
  const rest = splitter.rest();
  if (rest !== undefined) yield { raw: rest, bytes: bytesOf(rest) };
}

function bytesOf(raw: RawLine): number {
  return raw.type === "line" ? raw.line.length : raw.bytes;
}

function hashOf({ line, oversized }: Pick<RolloutRecord, "line" | "oversized">): string {
  return oversized?.sha256 ?? hash("sha256", line);
}
