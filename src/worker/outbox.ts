import type { Offset, Output } from "./records.ts";

/** Outputs and the offset they lead to, all or nothing. */
export interface Transaction {
  readonly outputs: readonly Output[];
  /** The group's committed offset from now on. */
  readonly next: Offset;
}

/** The transactional way out of one partition, for one owner. */
export interface Outbox {
  /**
   * Takes over: ends what an older owner left open, and has the broker refuse it from now on (KIP-98).
   *
   * @throws IndefiniteError
   */
  fence(): Promise<void>;
  /**
   * Resolves once the transaction is committed.
   *
   * @throws FencedError when a newer owner took over: nothing was written
   * @throws IndefiniteError for anything else: it may be committed, aborted or open. Only `fence` ends the doubt.
   */
  commit(transaction: Transaction): Promise<void>;
  /** Lets go of the connection. Never throws. */
  close(): Promise<void>;
}

/** A newer owner of the partition has taken over. */
export class FencedError extends Error {
  override readonly name = "FencedError";
}

/** It is not known whether an operation took place. */
export class IndefiniteError extends Error {
  override readonly name = "IndefiniteError";
}
