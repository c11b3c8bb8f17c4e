import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { type RolloutFile, rolloutFile, UnreadableInputError, unreadable } from "../rollout-files/index.ts";
import { EDGE_BYTES, type Edges, extended, NO_EDGES } from "./edges.ts";
import type { FileMark } from "./file-mark.ts";

/** Large enough that the reads cost nothing beside the work on them. */
const CHUNK_BYTES = 1 << 18;

/** What a rollout file holds, decompressed, as it is while this is open. */
export interface RolloutContent extends Disposable {
  /** The file as it was opened. */
  readonly mark: FileMark;
  /** How long it is, decompressed. */
  length(): Promise<number>;
  /** What lies around an offset; undefined where the content ends before it. */
  edges(offset: number): Promise<Edges | undefined>;
  /** From an offset on, of at most so many bytes if they can be chosen. A chunk is valid until the next one is asked for. */
  chunks(offset: number, bytes?: number): AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** @throws UnreadableInputError, also from what it returns */
export function openContent(file: RolloutFile): RolloutContent {
  return attempt(file.path, () => {
    const descriptor = openSync(file.path, "r");
    const { mtimeMs, ino, size } = fstatSync(descriptor);
    const mark = { modifiedMs: mtimeMs, inode: ino, bytes: size };
    if (!file.isCompressed) return new PlainContent(file.path, descriptor, mark);
    closeSync(descriptor);
    return new CompressedContent(file, mark);
  });
}

/** What another file holds; undefined when it is gone or cannot be read. */
export function openContentAt(path: string): RolloutContent | undefined {
  try {
    return openContent(rolloutFile(path, 0));
  } catch (error) {
    if (error instanceof UnreadableInputError) return undefined;
    throw error;
  }
}

function attempt<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw unreadable(path, error);
  }
}

class PlainContent implements RolloutContent {
  readonly mark: FileMark;
  readonly #path: string;
  readonly #descriptor: number;

  constructor(path: string, descriptor: number, mark: FileMark) {
    this.#path = path;
    this.#descriptor = descriptor;
    this.mark = mark;
  }

  length(): Promise<number> {
    return Promise.resolve(this.mark.bytes);
  }

  edges(offset: number): Promise<Edges | undefined> {
    const length = Math.min(EDGE_BYTES, offset);
    const head = this.#read(0, length);
    const tail = this.#read(offset - length, length);
    return Promise.resolve(head.length < length || tail.length < length ? undefined : { head, tail });
  }

  *chunks(offset: number, most = CHUNK_BYTES): Iterable<Buffer> {
    const buffer = Buffer.allocUnsafeSlow(Math.min(most, CHUNK_BYTES, Math.max(EDGE_BYTES, this.mark.bytes - offset)));
    for (let at = offset; ; ) {
      const bytes = this.#readInto(buffer, at);
      if (bytes === 0) return;
      at += bytes;
      yield buffer.subarray(0, bytes);
    }
  }

  [Symbol.dispose](): void {
    closeSync(this.#descriptor);
  }

  #read(offset: number, length: number): Buffer {
    const buffer = Buffer.allocUnsafe(length);
    return buffer.subarray(0, this.#readInto(buffer, offset));
  }

  #readInto(buffer: Buffer, offset: number): number {
    return attempt(this.#path, () => readSync(this.#descriptor, buffer, 0, buffer.length, offset));
  }
}

/** Can only be read from its beginning. */
class CompressedContent implements RolloutContent {
  readonly mark: FileMark;
  readonly #file: RolloutFile;

  constructor(file: RolloutFile, mark: FileMark) {
    this.#file = file;
    this.mark = mark;
  }

  async length(): Promise<number> {
    let length = 0;
    for await (const chunk of this.#decompressed()) length += chunk.length;
    return length;
  }

  async edges(offset: number): Promise<Edges | undefined> {
    let edges = NO_EDGES;
    let left = offset;
    for await (const chunk of this.#decompressed()) {
      edges = extended(edges, chunk.subarray(0, left));
      left -= Math.min(left, chunk.length);
      if (left === 0) return edges;
    }
    return left === 0 ? edges : undefined;
  }

  async *chunks(offset: number): AsyncIterable<Buffer> {
    let skip = offset;
    for await (const chunk of this.#decompressed()) {
      if (chunk.length > skip) yield chunk.subarray(skip);
      skip = Math.max(0, skip - chunk.length);
    }
  }

  /** Only errors of the reading are the file's; those of whoever takes the chunks pass through. */
  async *#decompressed(): AsyncIterable<Buffer> {
    try {
      yield* this.#file.open(() => undefined);
    } catch (error) {
      throw unreadable(this.#file.path, error);
    }
  }

  [Symbol.dispose](): void {}
}
