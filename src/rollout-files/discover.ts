import type { Stats } from "node:fs";
import { readdir, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { chunksOf } from "./chunks.ts";
import { UnreadableInputError, unreadable } from "./errors.ts";
import { standardInput, streamAt } from "./streams.ts";

const ROLLOUT_NAME = /^rollout-.*\.jsonl(\.gz|\.zst)?$/s;

export interface RolloutFile {
  readonly path: string;
  readonly name: string;
  /** Size on disk; 0 when unknown. */
  readonly bytes: number;
  /** Whether its whole content can be read once only: standard input, a pipe. */
  readonly isStream: boolean;
  readonly isCompressed: boolean;
  /** The content, decompressed. A chunk is valid until the next one is asked for. Told of each piece read from the disk. */
  open(onRead: (bytes: number) => void): AsyncIterable<Buffer>;
}

type Report = (problem: UnreadableInputError) => void;

/** Standard input, as a path. */
const STDIN = "-";

/**
 * The rollout files that a path stands for: itself, or the `rollout-*.jsonl` (also `.gz`, `.zst`) in and below a folder, in
 * the order of their paths. Reported are a path that leads nowhere, a folder without rollouts, a folder that cannot be read.
 */
export async function rolloutFilesAt(path: string, report: Report): Promise<RolloutFile[]> {
  if (path === STDIN)
    return [{ path, name: "standard input", bytes: 0, isStream: true, isCompressed: false, open: standardInput(path) }];
  let found: Stats;
  try {
    found = await stat(path);
  } catch (error) {
    report(unreadable(path, error));
    return [];
  }
  if (!found.isDirectory()) return [found.isFile() ? rolloutFile(path, found.size) : stream(path)];
  let isWhole = true;
  const files = await rolloutsBelow(path, (problem) => {
    isWhole = false;
    report(problem);
  });
  if (files.length === 0 && isWhole)
    report(new UnreadableInputError(path, "holds no rollout (no file named rollout-*.jsonl, .gz or .zst)"));
  return files;
}

/** The rollout files in a folder whose names contain a text; their sizes are not asked for. */
export async function rolloutFilesNamed(folder: string, text: string): Promise<RolloutFile[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw unreadable(folder, error);
  });
  return names
    .filter((name) => ROLLOUT_NAME.test(name) && name.includes(text))
    .sort()
    .map((name) => rolloutFile(join(folder, name), 0));
}

async function rolloutsBelow(folder: string, report: Report): Promise<RolloutFile[]> {
  const files: RolloutFile[] = [];
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    entries.sort((a, b) => (a.name < b.name ? -1 : 1));
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) files.push(...(await rolloutsBelow(path, report)));
      else if (ROLLOUT_NAME.test(entry.name)) files.push(...(await regularFile(path)));
    }
  } catch (error) {
    report(unreadable(folder, error));
  }
  return files;
}

/** A file that vanished is reported when it is read; what only looks like one (a pipe, a linked folder) is passed over. */
async function regularFile(path: string): Promise<RolloutFile[]> {
  const found = await stat(path).catch(() => undefined);
  return found?.isFile() === false ? [] : [rolloutFile(path, found?.size ?? 0)];
}

/** Whether a file is a rollout, by its name. */
export function isRolloutFileName(name: string): boolean {
  return ROLLOUT_NAME.test(name);
}

/** A file on the disk, taken for a rollout. */
export function rolloutFile(path: string, bytes: number): RolloutFile {
  const isCompressed = /\.(gz|zst)$/.test(path);
  return { path, name: basename(path), bytes, isStream: false, isCompressed, open: (onRead) => chunksOf(path, onRead) };
}

function stream(path: string): RolloutFile {
  return { path, name: basename(path), bytes: 0, isStream: true, isCompressed: false, open: streamAt(path) };
}
