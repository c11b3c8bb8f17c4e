import type { ObserverName } from "../../projections/index.ts";
import type { Progress } from "../progress.ts";
import type { KnownRollout } from "../rollouts/known.ts";
import type { Rejects } from "./rejects.ts";

export interface ProjectOptions {
  readonly emit: "summary" | "mutations" | "turns";
  readonly view: "full" | "codex";
  readonly observers: readonly ObserverName[];
  readonly out: string | undefined;
  readonly rejects: string | undefined;
  readonly maxLineBytes: number;
}

/** What every way of projecting works with. */
export interface ProjectJob {
  readonly options: ProjectOptions;
  readonly rollouts: readonly KnownRollout[];
  readonly rejects: Rejects;
  readonly progress: Progress;
  /** Says on standard error what could not be read; the rest goes on. */
  readonly report: (error: unknown) => void;
}
