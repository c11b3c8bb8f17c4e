import type { RunSize } from "./run.ts";

/** A run that failed once, and what it found. It runs with every change. */
export interface KeptSeed {
  readonly seed: number;
  readonly size?: Partial<RunSize>;
  readonly found: string;
}

export const KEPT_SEEDS: readonly KeptSeed[] = [
  {
    seed: 77180415,
    found: "a stopped thread went on, since the note of its stop did not show yet when its state was lost and rebuilt",
  },
  {
    seed: 500149284,
    found:
      "a process that was frozen while it took a partition over halted it: what the owner in between had committed did not show yet",
  },
];
