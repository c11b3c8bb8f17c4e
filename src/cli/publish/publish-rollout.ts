import { LineDecoder } from "../../rollout/index.ts";
import { type RolloutFile, UnreadableInputError } from "../../rollout-files/index.ts";
import type { RolloutRecord } from "../../worker/index.ts";
import type { Incarnation } from "../rollouts/incarnations.ts";
import { LineLabeller } from "./line-labels.ts";
import { type RawLine, RawLines } from "./raw-lines.ts";

/** What publishing works with. */
export interface Publishing {
  /** A longer line leaves a marker in its place. */
  readonly maxLineBytes: number;
  /** Takes a record; resolves when there is room for more. */
  readonly send: (record: RolloutRecord) => Promise<void>;
  readonly now: () => number;
  /** Told of each piece read from the disk. */
  readonly onRead: (bytes: number) => void;
  /** Told what is not as it should be. */
  readonly remark: (message: string) => void;
}

export interface PublishedLines {
  readonly lines: number;
  readonly bytes: number;
}

const labeller = new LineLabeller();
const decoder = new LineDecoder();
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/**
 * Publishes the lines of a file that were not published yet: every one, verbatim, at its own position, empty and malformed
 * ones too. The piece of a line that is still being written is left for the next time.
 *
 * @throws UnreadableInputError when the file cannot be read to its end
 */
export async function publishRollout(
  file: RolloutFile,
  threadId: string,
  { rolloutId, next, applied }: Incarnation,
  publishing: Publishing,
): Promise<PublishedLines> {
  const { maxLineBytes, send, now, onRead, remark } = publishing;
  const splitter = new RawLines(maxLineBytes);
  let position = 0;
  let lines = 0;
  let bytes = 0;

  async function take(raw: RawLine): Promise<void> {
    const at = position++;
    if (at < next) return;
    if (raw.type === "oversized") remark(tooLong(file, at, raw.bytes, maxLineBytes));
    await send(recordOf(raw, { threadId, rolloutId, position: at, recordedAt: now() }));
    applied.lines = position;
    lines += 1;
    bytes += raw.type === "line" ? raw.line.length : raw.bytes;
  }

  for await (const chunk of readable(file, onRead)) for (const raw of splitter.of(chunk)) await take(raw);
  const rest = splitter.rest();
  if (rest !== undefined && isTorn(rest))
    remark(`${file.path}: line ${position + 1} is still being written: it was left out, publish the file again later`);
  else if (rest !== undefined) await take(rest);
  return { lines, bytes };
}

type Place = Pick<RolloutRecord, "threadId" | "rolloutId" | "position" | "recordedAt">;

function recordOf(raw: RawLine, place: Place): RolloutRecord {
  if (raw.type === "line") return { ...place, ...labeller.labelsOf(raw.line), line: raw.line, oversized: null };
  const { bytes, sha256 } = raw;
  return { ...place, kind: "", eventType: null, line: Buffer.alloc(0), oversized: { bytes, sha256 } };
}

/** A last line without newline counts when it is whole; the beginning of an object is still being written. */
function isTorn(rest: RawLine): boolean {
  if (rest.type === "oversized") return rest.lastByte !== CLOSE_BRACE;
  const decoded = decoder.decode(rest.line, 0, rest.line.length, "paginated");
  const isCut = decoded.outcome === "rejected" && (decoded.reason === "not-json" || decoded.reason === "not-utf8");
  return isCut && rest.line[0] === OPEN_BRACE;
}

function tooLong({ path }: RolloutFile, position: number, bytes: number, max: number): string {
  return `${path}: line ${position + 1} has ${bytes} bytes, more than producer.maxRecordBytes (${max}): a marker with its size and hash takes its place`;
}

/** The content of a file. Only errors of the reading are the file's; those of whoever takes the lines pass through. */
async function* readable(file: RolloutFile, onRead: (bytes: number) => void): AsyncIterable<Buffer> {
  try {
    yield* file.open(onRead);
  } catch (error) {
    if (error instanceof UnreadableInputError || !(error instanceof Error) || !("code" in error)) throw error;
    throw unreadable(file, error);
  }
}

function unreadable({ path }: RolloutFile, error: Error): UnreadableInputError {
  return new UnreadableInputError(path, error.message, { cause: error });
}
