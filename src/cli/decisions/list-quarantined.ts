import type { ObserverName } from "../../projections/index.ts";
import { ExitCode } from "../exit-code.ts";
import type { Settings } from "../settings.ts";
import { tableLines } from "../table.ts";
import { withDecisions } from "./with-decisions.ts";

/** Prints the threads that wait for a decision. */
export function listQuarantined(settings: Settings, observer: ObserverName | undefined): Promise<number> {
  return withDecisions(settings, ({ decisions }) => {
    const stopped = decisions.filter(
      (decision) => !decision.isDone && decision.observer === (observer ?? decision.observer),
    );
    const rows = stopped.map(({ observer: name, threadId, partition, offset, action, reason }) => [
      name,
      threadId,
      partition,
      offset,
      action,
      reason,
    ]);
    const lines = tableLines([["OBSERVER", "THREAD", "PARTITION", "OFFSET", "DECIDED", "REASON"], ...rows]);
    process.stdout.write(stopped.length === 0 ? "no thread is quarantined\n" : `${lines.join("\n")}\n`);
    return Promise.resolve(ExitCode.done);
  });
}
