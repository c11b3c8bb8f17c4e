/** Whether this process still owns a partition. */
export interface Membership {
  /**
   * Waits for a heartbeat that was sent after the call and answered in the current generation of the group, with the
   * partition still assigned. False when the partition is no longer ours.
   */
  confirm(signal: AbortSignal): Promise<boolean>;
}
