import type { RunSize } from "./run.ts";

/** A run that failed once, and what it found. It runs with every change. */
export interface KeptSeed {
  readonly seed: number;
  readonly size?: Partial<RunSize>;
  readonly found: string;
}

export const KEPT_SEEDS: readonly KeptSeed[] = [];
