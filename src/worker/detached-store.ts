import { type CheckpointStore, StoreUnavailableError } from "./checkpoint-store.ts";

/** Stands in the place of a store that does not answer: nothing is stored, and nothing can be written. */
export const detachedStore: CheckpointStore = {
  acquire: () => Promise.resolve({ head: null, attempts: null }),
  reset: () => Promise.resolve(),
  load: (ids) => Promise.resolve(new Map(ids.map((id) => [id, "new"]))),
  lostThreads: () => Promise.resolve([]),
  flush: () => Promise.reject(new StoreUnavailableError("the checkpoint store did not answer at the start")),
  noteAttempts: () => Promise.resolve(),
  close: () => Promise.resolve(),
};
