import { Argument, Command, Option } from "commander";
import { type Place, partitionsOption, place, wholeNumber } from "./arguments.ts";
import { TOPIC_NAMES } from "./consume/topic-names.ts";
import { runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

interface ConsumeCommandOptions {
  readonly from: Place;
  readonly partition?: number[];
  readonly follow?: boolean;
  readonly json?: boolean;
  readonly limit?: number;
}

/** `thread-history consume`: the records of a topic, decoded. */
export function consumeCommand(): Command {
  const command = new Command("consume")
    .summary("Prints the records of a topic.")
    .description("Prints the committed records of a topic, a line each, in order within a partition.")
    .addArgument(new Argument("<topic>", `${Object.keys(TOPIC_NAMES).join(", ")}; with or without the prefix`))
    .addOption(
      new Option(
        "--from <place>",
        "earliest, latest (with --follow), an offset, or a time such as 2026-01-31T12:00:00Z",
      )
        .default("earliest")
        .argParser(place),
    )
    .addOption(partitionsOption("only this partition"))
    .addOption(new Option("--follow", "wait for more at the end"))
    .addOption(new Option("--limit <number>", "stop after so many records").argParser(wholeNumber))
    .addOption(new Option("--json", "as JSON; mutations as `project --emit mutations` prints them"))
    .action(async (topic: string, options: ConsumeCommandOptions, called: Command) => {
      const { from, partition, follow = false, json = false, limit = Number.POSITIVE_INFINITY } = options;
      if (from === "latest" && !follow)
        called.error("error: --from latest is for --follow: there is nothing behind it yet");
      await runCommand(called, async () => {
        const { runConsume } = await import("./consume/run.ts");
        return (settings) => runConsume(topic, { from, partitions: partition, follow, json, limit }, settings);
      });
    });
  return configurable(command, ["prefix", "kafka.brokers", "schemaRegistry.url", "log.level"]);
}
