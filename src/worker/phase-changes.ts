import type { WorkerListener } from "./worker-event.ts";

/** Leaves out a phase that is no news: whoever tells it need not know what was told before. */
export function phaseChanges(listener: WorkerListener): WorkerListener {
  let phase: string | undefined;
  let detail: string | undefined;
  return (event) => {
    if (event.type === "phase") {
      if (event.phase === phase && event.detail === detail) return;
      phase = event.phase;
      detail = event.detail;
    }
    listener(event);
  };
}
