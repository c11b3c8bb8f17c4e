import type { ShipEvent } from "../ship/index.ts";
import type { EmbeddedOptions } from "./options.ts";
import type { EmbeddedStatus } from "./status.ts";

/** What the thread is given. */
export interface ThreadData {
  readonly options: EmbeddedOptions;
}

/** What the thread tells. */
export type EmbeddedEvent =
  /** The file is there, and can be read. */
  | { readonly type: "opened" }
  /** What was there of an earlier run cannot be gone on with, and why. */
  | { readonly type: "discarded"; readonly why: string }
  | { readonly type: "ship"; readonly event: ShipEvent }
  | { readonly type: "status"; readonly status: EmbeddedStatus }
  | { readonly type: "committed"; readonly end: number }
  /** What was there at the start stands. */
  | { readonly type: "ready" }
  /** It failed, and is tried again after a while, from where it was. */
  | { readonly type: "retries"; readonly why: string; readonly waitMs: number }
  /** A thread's observer stopped there. */
  | { readonly type: "quarantined"; readonly observer: string; readonly threadId: string; readonly reason: string };

/** How the thread ends. */
export type ThreadEnd =
  | { readonly type: "done" }
  /** For people: what to do, too. */
  | { readonly type: "failed"; readonly message: string };

export type FromThread = EmbeddedEvent | { readonly type: "end"; readonly end: ThreadEnd };
export type ToThread = { readonly type: "stop" };
