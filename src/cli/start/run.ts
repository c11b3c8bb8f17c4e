import { rmSync } from "node:fs";
import type { Config } from "../../config/index.ts";
import { type Embedded, type EmbeddedOptions, startEmbedded, type ThreadEnd } from "../../embedded/index.ts";
import { loadRedactor } from "../../redaction/index.ts";
import { lockEmbedded } from "../../sqlite/index.ts";
import { CliError } from "../cli-error.ts";
import { ExitCode } from "../exit-code.ts";
import { readersOf } from "../serve/api.ts";
import type { Settings } from "../settings.ts";
import { followOptions } from "../ship/options.ts";
import { type DataPlaces, dataPlaces, type StartPaths, startPaths } from "./places.ts";
import { StartReport } from "./report.ts";
import { type ServedHistory, serveHistory } from "./serve.ts";
import { stopping } from "./stopping.ts";

export interface StartCommand {
  readonly paths: readonly string[];
  readonly once: boolean;
  /** Whether what was imported before is forgotten. */
  readonly fresh: boolean;
  /** Rules, or null. */
  readonly redact: string | null;
}

/** Imports, follows and serves until it is told to stop, with `once` imports only; answers the exit code. */
export async function runStart(command: StartCommand, settings: Settings): Promise<number> {
  const { config } = settings;
  const paths = startPaths(command.paths, process.env);
  // Wrong rules and tokens are told before anything is done.
  if (command.redact !== null) await loadRedactor(command.redact);
  if (!command.once) readersOf(settings);
  const places = dataPlaces(config, paths, process.env);
  using _lock = lockEmbedded(places.lock);
  if (command.fresh) for (const end of ["", "-wal", "-shm"]) rmSync(places.history + end, { force: true });
  const report = new StartReport(config.ship.maxLineBytes);
  if (paths.without !== null)
    report.say(`${paths.without}: holds no sessions: shows the bundled samples (name folders, or set CODEX_HOME)`);
  const opened = Promise.withResolvers<void>();
  const readiness = { isReady: false };
  const embedded = startEmbedded(embeddedOptions(command, paths, places, config), (event) => {
    report.on(event);
    if (event.type === "opened") opened.resolve();
    if (event.type === "ready") readiness.isReady = true;
    if (event.type === "ready" && !command.once) report.say(`${report.summary}; follows what comes`);
  });
  const stop = stopping(() => embedded.stop());
  const end = await (command.once ? embedded.ended : serving(embedded, opened.promise, places, readiness, settings));
  report.clear();
  return exitCodeOf(end, command, report, stop);
}

/** Serves what is there from the moment on that the file is. */
async function serving(
  embedded: Embedded,
  opened: Promise<void>,
  { history }: DataPlaces,
  readiness: { readonly isReady: boolean },
  settings: Settings,
): Promise<ThreadEnd> {
  const failed = await Promise.race([opened, embedded.ended]);
  if (failed !== undefined) return failed;
  let served: ServedHistory;
  try {
    served = await serveHistory(history, embedded.operations, () => readiness.isReady, settings);
    process.stdout.write(`${served.url}\n`);
  } catch (error) {
    embedded.stop();
    await embedded.ended;
    throw error;
  }
  try {
    return await embedded.ended;
  } finally {
    await served.close();
  }
}

function exitCodeOf(end: ThreadEnd, { once }: StartCommand, report: StartReport, stop: AbortSignal): number {
  if (end.type === "failed") throw new CliError(end.message);
  if (!once) return ExitCode.done;
  process.stdout.write(`${report.summary}\n`);
  if (stop.aborted) throw new CliError("was told to stop before the end: run it again, it goes on where it was");
  return report.isIncomplete ? ExitCode.incomplete : ExitCode.done;
}

function embeddedOptions(
  { once, redact }: StartCommand,
  paths: StartPaths,
  { history }: DataPlaces,
  config: Config,
): EmbeddedOptions {
  const { maxLineBytes, turnBytes, settleMs, lineEndMs } = config.ship;
  return {
    file: history,
    follow: followOptions(config, { paths: paths.paths, mayBeMissing: paths.mayBeMissing }),
    // Nobody goes on writing what is imported once, so its last lines are taken as they are.
    ship: { maxLineBytes, turnBytes, settleMs, lineEndMs: once ? 0 : lineEndMs },
    redact,
    once,
    roundBytes: config.embedded.roundBytes,
    hotBytes: config.embedded.hotBytes,
  };
}
