import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { basename, join, resolve } from "node:path";
import type { Config } from "../../config/index.ts";
import { SAMPLES } from "../samples.ts";
import { codexFolders, type ShippedPaths, shippedPaths } from "../ship/places.ts";

export interface StartPaths extends ShippedPaths {
  /** Where there are no sessions, so that the bundled samples take their place; null when there are some. */
  readonly without: string | null;
}

/**
 * What to import, as absolute paths.
 *
 * @throws CliError when there is nothing of the kind
 */
export function startPaths(paths: readonly string[], environment: NodeJS.ProcessEnv): StartPaths {
  const { home, folders } = codexFolders(environment);
  if (paths.length > 0 || folders.some(existsSync)) return { ...shippedPaths(paths, environment), without: null };
  return { paths: [SAMPLES], mayBeMissing: [], without: home };
}

export interface DataPlaces {
  readonly folder: string;
  /** What readers read. */
  readonly history: string;
  /** Held by the process that writes. */
  readonly lock: string;
}

/** Where what is made of these paths is kept. */
export function dataPlaces({ embedded }: Config, { paths }: ShippedPaths, environment: NodeJS.ProcessEnv): DataPlaces {
  const folder = embedded.data === null ? ownFolder(paths, environment) : resolve(embedded.data);
  return { folder, history: join(folder, "history.sqlite"), lock: join(folder, "lock.sqlite") };
}

/** A folder for each set of paths: what is made of one does not show with another. */
function ownFolder(paths: readonly string[], environment: NodeJS.ProcessEnv): string {
  const state = environment.XDG_STATE_HOME ?? join(homedir(), ".local", "state");
  const digest = createHash("sha256").update(JSON.stringify(paths.toSorted())).digest("hex").slice(0, 12);
  return join(state, "thread-history", "embedded", `${basename(paths[0] ?? "")}-${digest}`);
}
