import type { FollowOptions, ShipOptions } from "../ship/index.ts";
import { DEFAULT_WORKER_OPTIONS, type WorkerOptions } from "../worker/index.ts";

const MEBIBYTE = 1024 * 1024;

/** What the embedded mode does. Plain data: it goes to another thread. */
export interface EmbeddedOptions {
  /** The file that holds all of it. */
  readonly file: string;
  readonly follow: FollowOptions;
  readonly ship: Omit<ShipOptions, "now" | "contentAt">;
  /** `default`, or a file of rules; null: nothing is replaced. */
  readonly redact: string | null;
  /** Imports what is there, and ends. */
  readonly once: boolean;
  /** Lines are read so far ahead of what is committed, in bytes: so much is in memory, and read again after a crash. */
  readonly roundBytes: number;
  /** Bytes of thread state kept in memory for each observer. */
  readonly hotBytes: number;
}

/** No record leaves the process, so none is too large; beyond this V8 could not hold its text. */
export const MAX_RECORD_BYTES = 256 * MEBIBYTE;

/** What a round is cut by is its bytes: workers commit and store whatever they took at once, since that costs no disk. */
export function workerOptions({ hotBytes }: EmbeddedOptions): WorkerOptions {
  return {
    ...DEFAULT_WORKER_OPTIONS,
    transactionRecords: Number.MAX_SAFE_INTEGER,
    transactionBytes: Number.MAX_SAFE_INTEGER,
    transactionMs: 0,
    offsetCommitMs: 0,
    checkpointMs: 0,
    unflushedBytes: Number.MAX_SAFE_INTEGER,
    hotBytes,
    maxRecordBytes: MAX_RECORD_BYTES,
  };
}
