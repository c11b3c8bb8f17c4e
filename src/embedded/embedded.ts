import { Worker } from "node:worker_threads";
import type { Operations } from "../read-model/index.ts";
import type { EmbeddedEvent, FromThread, ThreadData, ThreadEnd, ToThread } from "./messages.ts";
import type { EmbeddedOptions } from "./options.ts";
import { NO_STATUS } from "./status.ts";

/** The embedded mode at work, in a thread of its own. */
export interface Embedded {
  /** Rejects when the thread ends by a defect. */
  readonly ended: Promise<ThreadEnd>;
  readonly operations: Operations;
  /** Commits what was read, and ends. */
  stop(): void;
}

/** Starts to import and to follow. Whatever the thread does, this one goes on answering. */
export function startEmbedded(options: EmbeddedOptions, listener: (event: EmbeddedEvent) => void): Embedded {
  const workerData: ThreadData = { options };
  const thread = new Worker(new URL("./thread.ts", import.meta.url), { workerData });
  const ended = Promise.withResolvers<ThreadEnd>();
  let status = NO_STATUS;
  thread.on("message", (message: FromThread) => {
    if (message.type === "end") ended.resolve(message.end);
    else if (message.type === "status") status = message.status;
    if (message.type !== "end") listener(message);
  });
  thread.on("error", (error) => ended.reject(error));
  thread.on("exit", (code) => ended.reject(new Error(`the thread that imports ended by itself (${code})`)));
  return {
    ended: ended.promise,
    operations: {
      observers: () => Promise.resolve(status.observers),
      quarantined: () => Promise.resolve(status.quarantined),
    },
    stop: () => {
      const message: ToThread = { type: "stop" };
      thread.postMessage(message);
    },
  };
}
