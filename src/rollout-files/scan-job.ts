/** What the thread that scans ahead gets. */
export interface ScanJob {
  /** An open file; both threads read on from where the last one stopped. */
  readonly file: number;
  readonly shared: readonly SharedArrayBuffer[];
  readonly control: Int32Array;
}

/** In the control: how many chunks may be filled, counted from the first. */
export const FREED = 0;
/** In the control: whether the first of them begins inside a line. */
export const BEGINS_IN_LINE = 1;
export const CONTROL_INTEGERS = 2;

/** What the thread says once it waits for chunks; after that it says how long each chunk is. */
export const READY = -1;
