import type { ObserverName } from "../projections/index.ts";

/** Which partition of the input, as seen by which observer. */
export interface PartitionName {
  readonly observer: ObserverName;
  readonly partition: number;
}
