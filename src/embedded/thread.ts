import { parentPort, workerData } from "node:worker_threads";
import type { FromThread, ThreadData, ToThread } from "./messages.ts";
import { runEmbedded } from "./run-embedded.ts";

/** The work of the embedded mode, beside the thread that answers requests (ADR 0050). */
const { options } = workerData as ThreadData;
const stop = new AbortController();

function tell(message: FromThread): void {
  parentPort?.postMessage(message);
}

parentPort?.on("message", (message: ToThread) => {
  if (message.type === "stop") stop.abort();
});
tell({ type: "end", end: await runEmbedded(options, tell, stop.signal) });
parentPort?.close();
