import { type Stats, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { setImmediate as othersTurn } from "node:timers/promises";
import { isRolloutFileName } from "../rollout-files/index.ts";
import type { FileMark } from "./file-mark.ts";

/** A rollout file as it was found. */
export interface FoundFile extends FileMark {
  readonly path: string;
  readonly name: string;
}

export type Found =
  | { readonly type: "file"; readonly file: FoundFile }
  | { readonly type: "folder"; readonly path: string }
  /** It cannot be looked at, or is neither. */
  | { readonly type: "problem"; readonly path: string; readonly error: unknown };

/** Thousands of files in one folder must not keep records from being sent. */
const FILES_AT_A_TIME = 256;

/** What there is at a path: a file, whatever its name, or a folder and the rollouts in and below it. Nothing for what is gone. */
export async function* lookThrough(path: string): AsyncIterable<Found> {
  const found = lookAt(path);
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
        const found = lookAt(path);
        if (found !== undefined && found.type !== "folder") yield found;
      }
    }
  } catch (error) {
    if (!isGone(error)) yield { type: "problem", path: folder, error };
  }
}

/** What there is at a path itself; undefined when there is nothing. */
export function lookAt(path: string): Found | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (stats === undefined) return undefined;
    if (stats.isDirectory()) return { type: "folder", path };
    if (stats.isFile()) return { type: "file", file: foundFile(path, stats) };
    // To open one may take for ever, and there is no place in it to go on from.
    return { type: "problem", path, error: new Error("is a pipe, a socket or a device: only files are shipped") };
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
