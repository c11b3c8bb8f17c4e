import { setTimeout as sleep } from "node:timers/promises";
import type { Clock } from "../../worker/index.ts";

/** Real time. */
export const systemClock: Clock = {
  now: () => performance.now(),
  sleep: (ms, signal) =>
    sleep(ms, undefined, { signal }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    }),
};
