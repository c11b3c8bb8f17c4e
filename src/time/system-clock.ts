import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../worker/index.ts";

/** Real time. */
export const systemClock: Clock = { now: () => performance.now(), sleep };

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
