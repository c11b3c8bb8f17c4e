import { Command } from "commander";
import type { ObserverName } from "../projections/index.ts";
import { observerOption } from "./arguments.ts";
import { runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

/** `thread-history quarantined`: which threads wait for a decision. */
export function quarantinedCommand(): Command {
  const command = new Command("quarantined")
    .summary("Lists the threads that stopped.")
    .description("Lists the threads that stopped at a record on which an observer failed (decide lets them go on).")
    .addOption(observerOption("only of this observer"))
    .action(async ({ observer }: { readonly observer?: ObserverName }, called: Command) => {
      await runCommand(called, async () => {
        const { listQuarantined } = await import("./decisions/list-quarantined.ts");
        return (settings) => listQuarantined(settings, observer);
      });
    });
  return configurable(command, ["prefix", "kafka.brokers", "log.level"]);
}
