import type { Log, WorkerTelemetry } from "../../telemetry/index.ts";
import { systemClock } from "../../time/index.ts";
import { NotYetError } from "../not-yet-error.ts";
import type { Settings } from "../settings.ts";
import { unreachable } from "../unreachable.ts";

const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 10_000;

/** How the start goes about services that are not there yet. */
export interface Patience {
  /** Does a step of the start, again and again while a service that it needs cannot be reached. */
  with<T>(step: string, act: () => Promise<T>): Promise<T>;
}

/** Fails at once: for a command that somebody waits for. */
export const impatient: Patience = { with: (_step, act) => act() };

/** Waits, unready and saying why: services start in any order, and come back. */
export function patient(
  settings: Settings,
  log: Log,
  telemetry: Pick<WorkerTelemetry, "block">,
  stop: AbortSignal,
): Patience {
  return {
    async with(step, act) {
      for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
        stop.throwIfAborted();
        telemetry.block("start", step);
        try {
          return await act();
        } catch (error) {
          const known = error instanceof NotYetError ? error : unreachable(error, settings);
          if (known === undefined) throw error;
          telemetry.block("start", `${step}: ${known.message}`);
          log.warn({ step, retryMs: waitMs }, known.message);
        }
        await systemClock.sleep(waitMs, stop);
      }
    },
  };
}
