import type { Offset } from "../worker/index.ts";

/** What a partition is busy with. */
export type SinkPhase = "taking-over" | "running" | "waiting-for-store" | "waiting-for-registry" | "halted" | "stopped";

/** What happens to one partition, for logs, metrics and probes. */
export type SinkEvent =
  /** `detail`: why it waits or halted, for people. */
  | { readonly type: "phase"; readonly phase: SinkPhase; readonly detail: string | null }
  /** Where reading of a topic stands, and where its partition ends. */
  | { readonly type: "progress"; readonly topic: string; readonly position: Offset; readonly end: Offset }
  /** What one transaction wrote. `recordTime`: when the last record was written to the log. */
  | {
      readonly type: "committed";
      readonly records: number;
      readonly rows: number;
      readonly ms: number;
      readonly recordTime: number | null;
      readonly places: ReadonlyMap<string, Offset>;
    }
  | { readonly type: "skipped"; readonly topic: string; readonly offset: Offset; readonly reason: string }
  /** Begins again from what the database holds. */
  | { readonly type: "restart"; readonly reason: string };

/** Told of everything that happens to a partition. Must not throw. */
export type SinkListener = (event: SinkEvent) => void;
