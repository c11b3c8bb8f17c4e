import { ExitCode } from "../exit-code.ts";
import { complain } from "../terminal.ts";

/** What was read is committed within it: a round takes a second at most. Else something hangs, and the next start does it again. */
const DRAIN_MS = 20_000;

/** Ctrl-C reaches a process from its terminal and once more from npm, which passes it on: so soon, it is the same one. */
const SAME_MS = 1_000;

/** Aborts when the process is told to stop; told again, or when that takes too long, it ends at once. */
export function stopping(onStop: () => void): AbortSignal {
  const stop = new AbortController();
  const end = (why: string): never => {
    complain(`${why}: what was not committed is imported again at the next start`);
    process.exit(ExitCode.incomplete);
  };
  let since = 0;
  const onSignal = (): void => {
    if (stop.signal.aborted && performance.now() - since < SAME_MS) return;
    if (stop.signal.aborted) end("was told to stop again");
    since = performance.now();
    stop.abort();
    setTimeout(() => end("did not stop in time"), DRAIN_MS).unref();
    onStop();
  };
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, onSignal);
  return stop.signal;
}
