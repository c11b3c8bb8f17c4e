import { Command, InvalidArgumentError, Option } from "commander";
import type { ReplayTo } from "../kafka/index.ts";
import { observerOption, partitionsOption, place } from "./arguments.ts";
import type { ReplayCommandOptions } from "./replay/run.ts";
import { runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

/** `thread-history replay`: sets an observer back in the input. */
export function replayCommand(): Command {
  const command = new Command("replay")
    .summary("Sets an observer back in the input.")
    .description(
      "Sets an observer back in the input, whether its workers run or not. What lies behind the place is emitted again, with the same ids and bytes. A partition that has not come to the place yet stays where it is, so that nothing is left out.",
    )
    .addOption(observerOption("whose offsets are set").makeOptionMandatory())
    .addOption(
      new Option("--to <place>", "earliest, an offset, or a time such as 2026-01-31T12:00:00Z")
        .makeOptionMandatory()
        .argParser(replayTo),
    )
    .addOption(partitionsOption("only this partition"))
    .addOption(new Option("--skip", "go forward too: what lies between is never emitted"))
    .addOption(new Option("--dry-run", "only say what would be set"))
    .action(async (options: ReplayCommandOptions, called: Command) => {
      await runCommand(called, async () => {
        const { runReplay } = await import("./replay/run.ts");
        return (settings) => runReplay(settings, options);
      });
    });
  return configurable(command, ["prefix", "kafka.brokers", "log.level"]);
}

function replayTo(text: string): ReplayTo {
  const to = place(text);
  if (to === "latest") throw new InvalidArgumentError("It must be earliest, an offset, or a time.");
  return to;
}
