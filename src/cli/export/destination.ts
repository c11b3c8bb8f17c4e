import { lstatSync, mkdirSync, type Stats, statSync } from "node:fs";
import { dirname } from "node:path";
import { CliError } from "../cli-error.ts";
import { ExitCode } from "../exit-code.ts";
import { reasonOf, UnusableOutputError } from "../output.ts";

/** Where rollouts go. */
export type Destination =
  | { readonly type: "standard-output" }
  | { readonly type: "file"; readonly path: string }
  /** Each under its own name. */
  | { readonly type: "folder"; readonly path: string };

/**
 * What `--out` says. A folder is one that is there, ends in `/`, or is needed for several rollouts.
 *
 * @throws CliError when several rollouts are to go where only one can
 */
export function destinationOf(out: string, isForSeveral: boolean): Destination {
  if (out === "-") return isForSeveral ? refused("several rollouts need a folder, not standard output") : STDOUT;
  const found = known(out);
  if (found?.isDirectory() || (found === undefined && (isForSeveral || out.endsWith("/"))))
    return { type: "folder", path: out };
  return isForSeveral ? refused(`several rollouts need a folder, and ${out} is a file`) : { type: "file", path: out };
}

const STDOUT: Destination = { type: "standard-output" };

/**
 * Checks that a file may be written, so that nothing is read in vain.
 *
 * @throws CliError when another file is there
 */
export function checkFree(path: string, replaces: boolean): void {
  const found = known(path, lstatSync);
  if (found === undefined) return;
  // What looks like a file may be a device, which is not to be replaced by one.
  if (!(found.isFile() || found.isSymbolicLink())) refused(`${path} is there, and is no file: name another place`);
  if (!replaces) refused(`${path} is there already: --force replaces it`);
}

/** Makes a folder unless it is there. @throws UnusableOutputError */
export function ensureFolder(path: string): void {
  try {
    makeFolder(path);
  } catch (error) {
    const why = `cannot write to ${path}: ${reasonOf(error)} (name another place)`;
    throw new UnusableOutputError(why, { cause: error });
  }
}

/** Folder by folder: where folders cannot be made at all, `mkdir` with `recursive` never returns. */
function makeFolder(path: string): void {
  if (known(path)?.isDirectory()) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  mkdirSync(path);
}

function known(path: string, look: typeof statSync = statSync): Stats | undefined {
  try {
    return look(path, { throwIfNoEntry: false });
  } catch {
    return undefined; // what is wrong with the path is said when it is written to
  }
}

function refused(why: string): never {
  throw new CliError(why, { exitCode: ExitCode.usage });
}
