import { type ObserverName, startObserver } from "../../src/projections/index.ts";
import { LineDecoder, ThreadMode } from "../../src/rollout/index.ts";
import type { RolloutRecord } from "../../src/worker/index.ts";

/** The share of records that give an observer's mutation. */
export function shareWithMutations(records: Iterable<RolloutRecord>, observer: ObserverName): number {
  const decoder = new LineDecoder();
  const threads = new Map<string, { readonly mode: ThreadMode; readonly running: ReturnType<typeof startObserver> }>();
  let count = 0;
  let effective = 0;
  for (const { threadId, rolloutId, position, line } of records) {
    count += 1;
    const thread = threads.get(threadId) ?? { mode: new ThreadMode(), running: startObserver(observer) };
    threads.set(threadId, thread);
    const decoded = decoder.decode(line, 0, line.length, thread.mode.in(rolloutId));
    if (decoded.outcome === "rejected" || decoded.outcome === "empty") continue;
    const { ordinal, counted } = decoded;
    const { event, timestamp } = decoded.outcome === "event" ? decoded : { event: null, timestamp: "" };
    const place = { threadId, rolloutId, position, ordinal, counted, generation: 0 };
    if (thread.running.observe({ ...place, event, timestamp }).mutations.length > 0) effective += 1;
    if (event !== null) thread.mode.saw(event);
  }
  return effective / count;
}
