import type { Log } from "../../telemetry/index.ts";
import { ExitCode } from "../exit-code.ts";

/** Beyond the time that workers have to drain: for leaving groups and closing connections. */
const CLOSE_MS = 10_000;

/**
 * Aborts at the first SIGTERM or SIGINT. A second one ends the process at once, and so does a drain that takes too long: what
 * was not stored is applied again at the next start.
 */
export function stopSignal(log: Log, drainMs: number): AbortSignal {
  const stop = new AbortController();
  const onSignal = (signal: NodeJS.Signals): void => {
    if (stop.signal.aborted) exit(log, `got ${signal} again: exits at once`);
    log.info({ signal }, "stops: finishes its transactions, flushes, and lets go of its partitions");
    setTimeout(() => exit(log, "did not stop in time: exits as it is"), drainMs + CLOSE_MS).unref();
    stop.abort();
  };
  process.on("SIGTERM", onSignal);
  process.on("SIGINT", onSignal);
  return stop.signal;
}

/** A defect that nobody caught ends the process, loudly: it starts again from a state that is known. */
export function failLoudly(log: Log): void {
  const fail = (err: unknown): void => {
    log.fatal({ err }, "a defect: an error that nobody caught");
    process.exit(ExitCode.incomplete);
  };
  process.on("uncaughtException", fail);
  process.on("unhandledRejection", fail);
}

function exit(log: Log, why: string): never {
  log.warn(why);
  process.exit(ExitCode.incomplete);
}
