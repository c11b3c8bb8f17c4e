import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { chunksOf, standardInput } from "./chunks.ts";
import { UnreadableInputError, unreadable } from "./errors.ts";

const ROLLOUT_NAME = /^rollout-.*\.jsonl(\.gz|\.zst)?$/;

export interface RolloutFile {
  readonly path: string;
  readonly name: string;
  /** Size on disk; 0 when unknown. */
  readonly bytes: number;
  /** The content, decompressed. A chunk is valid until the next one is asked for. Told of each piece read from the disk. */
  open(onRead: (bytes: number) => void): AsyncIterable<Buffer>;
}

/** Standard input, as a path. */
const STDIN = "-";

/**
 * The rollout files that a path stands for: itself, or the `rollout-*.jsonl` (also `.gz`, `.zst`) in and below a folder, in
 * the order of their paths.
 *
 * @throws UnreadableInputError when there is no such path, or a folder holds no rollout
 */
export async function rolloutFilesAt(path: string): Promise<RolloutFile[]> {
  if (path === STDIN) return [{ path, name: "standard input", bytes: 0, open: standardInput() }];
  try {
    const found = await stat(path);
    if (!found.isDirectory()) return [rolloutFile(path, found.size)];
    const files = await rolloutsBelow(path);
    if (files.length === 0)
      throw new UnreadableInputError(path, "holds no rollout (no file named rollout-*.jsonl, .gz or .zst)");
    return files;
  } catch (error) {
    throw unreadable(path, error);
  }
}

async function rolloutsBelow(folder: string): Promise<RolloutFile[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  const files: RolloutFile[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) files.push(...(await rolloutsBelow(path)));
    else if (ROLLOUT_NAME.test(entry.name)) files.push(rolloutFile(path, await sizeOf(path)));
  }
  return files;
}

function rolloutFile(path: string, bytes: number): RolloutFile {
  return { path, name: basename(path), bytes, open: (onRead) => chunksOf(path, onRead) };
}

/** A file that vanished is reported when it is read. */
async function sizeOf(path: string): Promise<number> {
  const found = await stat(path).catch(() => undefined);
  return found?.size ?? 0;
}
