import { type Stats, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { setImmediate as othersTurn } from "node:timers/promises";
import { isRolloutFileName } from "../rollout-files/index.ts";

/** A rollout file as it was found. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
  readonly bytes: number;
  readonly modifiedMs: number;
  readonly inode: number;
}

export type Found =
  | { readonly type: "file"; readonly file: FoundFile }
  | { readonly type: "folder"; readonly path: string }
  /** It cannot be looked at. */
  | { readonly type: "problem"; readonly path: string; readonly error: unknown };

/** Thousands of files in one folder must not keep records from being sent. */
const FILES_AT_A_TIME = 256;

/** What there is at a path: a file, whatever its name, or a folder and the rollouts in and below it. Nothing for what is gone. */
export async function* lookThrough(path: string): AsyncIterable<Found> {
  const found = look(path);
  if (found !== undefined) yield found;
  if (found?.type === "folder") yield* lookThroughFolder(path);
}

async function* lookThroughFolder(folder: string): AsyncIterable<Found> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    for (const [index, entry] of entries.entries()) {
      if (index % FILES_AT_A_TIME === FILES_AT_A_TIME - 1) await othersTurn();
      const path = join(folder, entry.name);
      if (entry.isDirectory()) yield* lookThrough(path);
      else if (isRolloutFileName(entry.name)) {
        const found = look(path);
        if (found !== undefined && found.type !== "folder") yield found;
      }
    }
  } catch (error) {
    if (!isGone(error)) yield { type: "problem", path: folder, error };
  }
}

/** A file as it is now; undefined when there is none. */
export function fileAt(path: string): FoundFile | undefined {
  const found = look(path);
  return found?.type === "file" ? found.file : undefined;
}

function look(path: string): Found | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) return { type: "folder", path };
    return stats?.isFile() === true ? { type: "file", file: foundFile(path, stats) } : undefined;
  } catch (error) {
    return { type: "problem", path, error };
  }
}

function foundFile(path: string, { size, mtimeMs, ino }: Stats): FoundFile {
  return { path, name: basename(path), bytes: size, modifiedMs: mtimeMs, inode: ino };
}

/** Whether an error, or what caused it, says that there is no such file any more. */
export function isGone(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ("code" in error && error.code === "ENOENT") || isGone(error.cause);
}
