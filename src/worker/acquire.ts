import { crc32 } from "node:zlib";
import {
  type CheckpointStore,
  type RecordMark,
  type StartAttempts,
  StoreUnavailableError,
} from "./checkpoint-store.ts";
import { detachedStore } from "./detached-store.ts";
import type { PartitionLog } from "./log.ts";
import type { WorkerOptions } from "./options.ts";
import { IndefiniteError } from "./outbox.ts";
import type { PartitionPorts } from "./ports.ts";
import type { Offset } from "./records.ts";
import { type Found, madeAgain, planRecovery, type Recovery } from "./recovery.ts";

const RETRY_MS = 100;
const LONGEST_RETRY_MS = 5_000;
/** How long one wait for the record at a mark takes. */
const MARK_WAIT_MS = 1_000;

/** A partition just taken over, and how to get to the state to go on from. */
export interface Acquired {
  readonly recovery: Recovery;
  readonly bounds: Found["bounds"];
  /** The store, or what stands for it while it does not answer. */
  readonly store: CheckpointStore;
  readonly isDetached: boolean;
  readonly attempts: StartAttempts;
}

/**
 * Takes a partition over, in the one right order (design §5, steps 1 to 3): fence, then the committed offset, then the
 * checkpoint. Undefined when `signal` aborts first. `isNewProcess`: what went before ended without saying so, or there was
 * nothing.
 *
 * @throws HaltError, FencedError, IndefiniteError, RefusedError
 */
export async function acquire(
  ports: PartitionPorts,
  options: WorkerOptions,
  isNewProcess: boolean,
  signal: AbortSignal,
): Promise<Acquired | undefined> {
  const { log, outbox, decisions, listener } = ports;
  listener({ type: "phase", phase: "fencing" });
  await outbox.fence();
  const committed = await log.committed();
  const bounds = await log.bounds();
  // A thread that an earlier owner stopped must not go on because its note does not show yet.
  await decisions.settled(signal);
  const taken = await takeStore(ports, options, signal);
  if (taken === undefined) return undefined;
  const { store, head, attempts } = taken;
  const found = await seenAgain(ports, taken, { committed, head, bounds }, signal);
  let recovery = planRecovery(found, options);
  if (recovery.mark !== null) {
    const isThere = await isRecordThere(log, recovery.mark, signal);
    if (isThere === undefined) return undefined;
    if (!isThere) recovery = madeAgain(found, options, recovery.mark);
  }
  // A checkpoint must never stand without a committed offset: that is how a lost offset is told.
  if (committed === null) await outbox.commit({ outputs: [], next: recovery.emitFrom });
  if (recovery.startsOver) await store.reset(recovery.head);
  const noted = startOf(attempts, recovery.head.watermark, isNewProcess);
  await store.noteAttempts(noted);
  return { recovery, bounds: found.bounds, store, isDetached: store === detachedStore, attempts: noted };
}

/**
 * A checkpoint ahead of the offset may only mean that this process was frozen on the way from the one to the other, while
 * another owned the partition, and that what that one committed did not show yet. After fencing once more all of it shows;
 * and nobody commits without the store, which is still this owner's when it takes the note.
 *
 * @throws IndefiniteError, FencedError, RefusedError
 */
async function seenAgain(
  { log, outbox, membership }: PartitionPorts,
  { store, head, attempts }: Taken,
  found: Found,
  signal: AbortSignal,
): Promise<Found> {
  const { committed, bounds } = found;
  if (head === null || (committed !== null && head.highest <= Math.min(committed, bounds.end))) return found;
  if (!(await membership.confirm(signal))) throw new IndefiniteError("the partition is somebody else's now");
  await outbox.fence();
  const now = await log.committed();
  if (now !== committed)
    throw new IndefiniteError(
      `the committed offset is ${now}, and was ${committed} after fencing: somebody else went on`,
    );
  await store.noteAttempts(attempts ?? startOf(null, head.watermark, true));
  return { ...found, bounds: await log.bounds() };
}

type Taken = { readonly store: CheckpointStore } & Awaited<ReturnType<CheckpointStore["acquire"]>>;

async function takeStore(
  { store, clock, listener }: PartitionPorts,
  { onStoreDown }: WorkerOptions,
  signal: AbortSignal,
): Promise<Taken | undefined> {
  for (let waitMs = RETRY_MS; !signal.aborted; waitMs = Math.min(2 * waitMs, LONGEST_RETRY_MS)) {
    try {
      return { store, ...(await store.acquire()) };
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) throw error;
      listener({ type: "failure", error });
      if (onStoreDown === "rebuild") return { store: detachedStore, head: null, attempts: null };
      listener({ type: "phase", phase: "waiting-for-store", detail: error.message });
      await clock.sleep(waitMs, signal);
    }
  }
  return undefined;
}

/** Whether the record that the checkpoint was taken after is still the same. */
async function isRecordThere(
  log: PartitionLog,
  { offset, crc }: RecordMark,
  signal: AbortSignal,
): Promise<boolean | undefined> {
  log.seek(offset);
  while (!signal.aborted) {
    const batch = await log.take(MARK_WAIT_MS, signal);
    if (batch === undefined) continue;
    const first = batch.records[0];
    if (first !== undefined) return first.offset === offset && (first.value === null ? 0 : crc32(first.value)) === crc;
    if (batch.next > offset) return false;
  }
  return undefined;
}

/**
 * Counts starts without progress. A process that took the partition over again, or gave it up in order, says nothing against
 * the records.
 */
function startOf(before: StartAttempts | null, offset: Offset, isNewProcess: boolean): StartAttempts {
  if (before === null || before.offset !== offset) return { offset, count: 1, suspect: null, suspectCount: 0 };
  if (!isNewProcess) return { ...before, suspect: null, suspectCount: 0 };
  return { ...before, count: before.count + 1 };
}

/** Whether each record is to be taken by itself, to find the one that ends the process. */
export function isCautious({ attempts }: Acquired, { startsWithoutProgress }: WorkerOptions): boolean {
  return attempts.count > startsWithoutProgress;
}

/** The record at which the process ended so often that it must not be taken again. */
export function suspectOf({ attempts }: Acquired, { startsWithoutProgress }: WorkerOptions): Offset | null {
  return attempts.suspectCount >= startsWithoutProgress ? attempts.suspect : null;
}

/** What to note before a record is taken by itself. */
export function suspecting({ attempts }: Acquired, suspect: Offset): StartAttempts {
  const isAgain = attempts.suspect === suspect;
  return { ...attempts, suspect, suspectCount: isAgain ? attempts.suspectCount + 1 : 1 };
}
