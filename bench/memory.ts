import { PROJECT, START_UP } from "./contenders.ts";
import { type Measured, medianOf } from "./speed.ts";

/** The most memory that `project` holds for the rollout, beyond what it holds for a rollout of one line. */
export interface Memory {
  readonly peakBytes: number;
  readonly baselineBytes: number;
}

export function memoryOf(measured: readonly Measured[]): Memory {
  const peakOf = (name: string): number => {
    const found = measured.find(({ contender }) => contender.name === name);
    return found === undefined ? Number.NaN : medianOf(found, "peakBytes");
  };
  return { peakBytes: peakOf(PROJECT), baselineBytes: peakOf(START_UP) };
}
