import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import type { Config } from "../../config/index.ts";
import type { FollowOptions } from "../../ship/index.ts";
import { CliError } from "../cli-error.ts";
import { ExitCode } from "../exit-code.ts";

/** Where Codex keeps its rollouts, those it archived too. */
const CODEX_FOLDERS = ["sessions", "archived_sessions"];

export type ShippedPaths = Pick<FollowOptions, "paths" | "mayBeMissing">;

/** Where Codex is at home, and the folders of its rollouts, which need not be there. */
export function codexFolders(environment: NodeJS.ProcessEnv): { readonly home: string; readonly folders: string[] } {
  const home = environment.CODEX_HOME ?? join(homedir(), ".codex");
  return { home, folders: CODEX_FOLDERS.map((name) => join(home, name)) };
}

/**
 * What to ship, as absolute paths.
 *
 * @throws CliError when there is nothing of the kind
 */
export function shippedPaths(paths: readonly string[], environment: NodeJS.ProcessEnv): ShippedPaths {
  if (paths.length === 0) {
    const { home, folders } = codexFolders(environment);
    if (folders.some(existsSync)) return { paths: folders, mayBeMissing: folders };
    throw new CliError(`${home}: holds no sessions; name the folders to ship, or set CODEX_HOME`, {
      exitCode: ExitCode.usage,
    });
  }
  const absolute = [...new Set(paths.map((path) => resolve(path)))];
  const missing = absolute.filter((path) => !existsSync(path));
  if (missing.length > 0)
    throw new CliError(
      missing.map((path) => `${path}: no such file or folder (was it moved or deleted?)`),
      { exitCode: ExitCode.incomplete },
    );
  return { paths: absolute, mayBeMissing: [] };
}

/** The file of positions. */
export function positionsFile({ ship, prefix }: Config, environment: NodeJS.ProcessEnv): string {
  if (ship.positions !== null) return resolve(ship.positions);
  const state = environment.XDG_STATE_HOME ?? join(homedir(), ".local", "state");
  return join(state, "thread-history", `ship-${prefix}.sqlite`);
}
