import { Argument, Command, Option } from "commander";
import { observerOption, wholeNumber } from "./arguments.ts";
import type { Action, DecideOptions } from "./decisions/decide.ts";
import { runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

/** `thread-history decide`: what becomes of a thread that stopped. */
export function decideCommand(): Command {
  const command = new Command("decide")
    .summary("Lets a quarantined thread go on.")
    .description(
      "Lets a quarantined thread go on (quarantined lists them): without the record it stopped at, or with it once more, as after an upgrade. Its waiting records are emitted.",
    )
    .addArgument(new Argument("<action>", "what becomes of the record").choices(["skip", "retry"]))
    .addOption(observerOption("the observer that stopped").makeOptionMandatory())
    .addOption(new Option("--thread <id>", "the thread").makeOptionMandatory())
    .addOption(new Option("--offset <number>", "the record").makeOptionMandatory().argParser(wholeNumber))
    .addOption(new Option("--reason <text>", "why, for whoever looks later").default("decided by an operator"))
    .action(async (action: Action, options: DecideOptions, called: Command) => {
      await runCommand(called, async () => {
        const { decide } = await import("./decisions/decide.ts");
        return (settings) => decide(settings, action, options);
      });
    });
  return configurable(command, ["prefix", "kafka.brokers", "log.level"]);
}
