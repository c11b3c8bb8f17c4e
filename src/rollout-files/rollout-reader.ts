import { availableParallelism } from "node:os";
import {
  type DecodedLine,
  type EventLine,
  LineDecoder,
  type NeutralLine,
  type RejectedLine,
  type ThreadMode,
} from "../rollout/index.ts";
import type { RolloutFile } from "./discover.ts";
import { UnreadableInputError, unreadable } from "./errors.ts";
import { LineSplitter } from "./line-splitter.ts";
import { scannedChunksOf } from "./scan-ahead.ts";
import type { ScannedChunk } from "./scanned-chunk.ts";

/** Smaller files are read and scanned by the thread that decodes them. */
const SCANNED_AHEAD_BYTES = 16e6;

export interface ReadOptions {
  /** Longest line that is read, in bytes. */
  readonly maxLineBytes: number;
  /** Told of each piece read from the disk. */
  readonly onRead: (bytes: number) => void;
}

export interface LineSinks {
  /** A readable line; `position` counts all lines of the file from 0, empty ones too. */
  readonly onLine: (line: EventLine | NeutralLine, position: number) => void;
  /** A line that was refused, with its bytes. */
  readonly onRejected: (line: RejectedLine, position: number, bytes: Buffer) => void;
  /** Called between pieces of work, so that output can flow off. */
  readonly onPause: () => Promise<void>;
}

/** What reading a file came to. */
export interface ReadResult {
  readonly lines: number;
  /** Whether the file ends in a piece of a line: it is being written, and is left alone. */
  readonly isTorn: boolean;
}

/**
 * Reads a rollout file line by line. Memory does not grow with the file.
 *
 * @throws UnreadableInputError when the file cannot be read, or none of its lines is a rollout line
 */
export async function readRollout(
  file: RolloutFile,
  rolloutId: string,
  mode: ThreadMode,
  options: ReadOptions,
  sinks: LineSinks,
): Promise<ReadResult> {
  const reading = new Reading(rolloutId, mode, sinks);
  const splitter = new LineSplitter(options.maxLineBytes);
  const cutLines = { onLine: reading.line, onTooLong: reading.tooLong };
  if (isScannedAhead(file)) {
    for await (const chunk of readable(file, scannedChunksOf(file.path, options.onRead))) {
      splitter.pushCut(chunk, cutLines, reading.scanned(chunk));
      await sinks.onPause();
    }
  } else {
    for await (const chunk of readable(file, file.open(options.onRead))) {
      splitter.push(chunk, cutLines);
      await sinks.onPause();
    }
  }
  splitter.rest({ ...cutLines, onLine: reading.lastLine });
  await sinks.onPause();
  if (reading.malformed > 0 && reading.readable === 0)
    throw new UnreadableInputError(file.path, "is no rollout: none of its lines can be read as one");
  return { lines: reading.position, isTorn: reading.isTorn };
}

/** The content of a file. Only errors of the reading are the file's; those of whoever takes the lines pass through. */
async function* readable<Chunk>({ path }: RolloutFile, chunks: AsyncIterable<Chunk>): AsyncIterable<Chunk> {
  try {
    yield* chunks;
  } catch (error) {
    throw unreadable(path, error);
  }
}

/** A second thread pays for a file that takes longer than the thread's start. */
function isScannedAhead({ bytes, isStream, isCompressed }: RolloutFile): boolean {
  return bytes >= SCANNED_AHEAD_BYTES && !isStream && !isCompressed && availableParallelism() > 1;
}

/** What a line that is still being written begins with. */
const OPEN_BRACE = 0x7b;

class Reading {
  position = 0;
  readable = 0;
  malformed = 0;
  isTorn = false;
  readonly #decoder = new LineDecoder();
  readonly #rolloutId: string;
  readonly #mode: ThreadMode;
  readonly #sinks: LineSinks;

  constructor(rolloutId: string, mode: ThreadMode, sinks: LineSinks) {
    this.#rolloutId = rolloutId;
    this.#mode = mode;
    this.#sinks = sinks;
  }

  readonly line = (bytes: Buffer, start: number, end: number, isKnownUtf8: boolean): void => {
    this.#take(this.#decode(bytes, start, end, isKnownUtf8), bytes, start, end);
  };

  /** Takes the lines of a chunk that were scanned. */
  scanned(chunk: ScannedChunk): (line: number, start: number, end: number) => void {
    return (line, start, end) => {
      const decoded = chunk.decode(line, start, this.#decoder, this.#mode.in(this.#rolloutId));
      this.#take(decoded, chunk.room, start, end);
    };
  }

  /** A last line without newline counts when it is whole; the beginning of an object is still being written. */
  readonly lastLine = (bytes: Buffer, start: number, end: number): void => {
    const decoded = this.#decode(bytes, start, end, false);
    const isCut = decoded.outcome === "rejected" && (decoded.reason === "not-json" || decoded.reason === "not-utf8");
    this.isTorn = isCut && bytes[start] === OPEN_BRACE;
    if (!this.isTorn) this.#take(decoded, bytes, start, end);
  };

  readonly tooLong = (head: Buffer, bytes: number): void => {
    const message = `the line has ${bytes} bytes (raise --max-line-bytes to read it)`;
    this.#take({ outcome: "rejected", reason: "line-too-long", offset: 0, message }, head, 0, head.length);
  };

  #decode(bytes: Buffer, start: number, end: number, isKnownUtf8: boolean): DecodedLine {
    return this.#decoder.decode(bytes, start, end, this.#mode.in(this.#rolloutId), isKnownUtf8);
  }

  #take(decoded: DecodedLine, bytes: Buffer, start: number, end: number): void {
    const { position } = this;
    this.position += 1;
    if (decoded.outcome === "empty") return;
    if (decoded.outcome === "rejected") {
      if (decoded.reason !== "line-too-long") this.malformed += 1;
      this.#sinks.onRejected(decoded, position, bytes.subarray(start, end));
      return;
    }
    this.readable += 1;
    if (decoded.outcome === "event") this.#mode.saw(decoded.event);
    this.#sinks.onLine(decoded, position);
  }
}
