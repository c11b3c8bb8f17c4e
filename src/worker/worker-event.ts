import type { DeadLetterCode, Offset } from "./records.ts";

/** What a partition is busy with. `halted`: it stopped and says why; only an operator can help. */
export type WorkerPhase =
  | "fencing"
  | "restoring"
  | "running"
  | "waiting-for-store"
  | "waiting-for-registry"
  | "halted"
  | "stopped";

/** What became of a record. `passed`: no effect on this observer. */
export type RecordResult =
  | "applied"
  | "passed"
  | "silent"
  | "duplicate"
  | "late"
  | "conflict"
  | "superseded"
  | "undecodable"
  | "malformed"
  | "oversized"
  | "waiting";

/** What a partition worker tells its surroundings: for metrics, logs and probes. Never holds a payload. */
export type WorkerEvent =
  | { readonly type: "phase"; readonly phase: WorkerPhase; readonly detail?: string }
  | {
      readonly type: "progress";
      /** Where reading goes on, and the end of the partition. */
      readonly position: Offset;
      readonly end: Offset;
      /** Broker's time of the last record taken, in milliseconds since the epoch; null when none was. */
      readonly recordTime: number | null;
    }
  | { readonly type: "records"; readonly result: RecordResult; readonly count: number }
  | { readonly type: "committed"; readonly next: Offset; readonly mutations: number; readonly ms: number }
  | { readonly type: "dead-letter"; readonly code: DeadLetterCode; readonly offset: Offset; readonly reason: string }
  | { readonly type: "elided"; readonly offset: Offset; readonly bytes: number }
  | { readonly type: "quarantined"; readonly threadId: string; readonly offset: Offset; readonly reason: string }
  | { readonly type: "released"; readonly threadId: string; readonly offset: Offset }
  | { readonly type: "quarantine-size"; readonly threads: number }
  | { readonly type: "rebuild"; readonly remaining: number }
  | { readonly type: "checkpoint"; readonly watermark: Offset; readonly threads: number; readonly bytes: number }
  | { readonly type: "unflushed"; readonly bytes: number }
  | { readonly type: "restart"; readonly reason: string }
  | { readonly type: "failure"; readonly error: unknown };

/** Told of everything a partition worker does. Must not throw. */
export type WorkerListener = (event: WorkerEvent) => void;
