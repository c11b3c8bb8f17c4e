import { writeDecision } from "../../kafka/index.ts";
import type { ObserverName } from "../../projections/index.ts";
import { CliError } from "../cli-error.ts";
import { ExitCode } from "../exit-code.ts";
import type { Settings } from "../settings.ts";
import { withDecisions } from "./with-decisions.ts";

export interface DecideOptions {
  readonly observer: ObserverName;
  readonly thread: string;
  readonly offset: number;
  readonly reason: string;
}

export type Action = "skip" | "retry";

/** Writes an operator's decision. */
export function decide(
  settings: Settings,
  action: Action,
  { observer, thread, offset, reason }: DecideOptions,
): Promise<number> {
  return withDecisions(settings, async ({ client, topic, decisions }) => {
    const found = decisions.find(
      (decision) => decision.observer === observer && decision.threadId === thread && decision.offset === offset,
    );
    const place = `thread ${thread} of ${observer} at offset ${offset}`;
    if (found === undefined)
      throw new CliError(`${place} is not quarantined (\`thread-history quarantined\` lists what is)`);
    if (found.isDone) throw new CliError(`${place} went on already: nothing is left to decide`);
    await writeDecision(client, topic, { ...found, action, reason });
    process.stdout.write(`${place}: ${action}; its worker takes it up at once, or when it starts\n`);
    return ExitCode.done;
  });
}
