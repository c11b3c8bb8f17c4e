import { Argument, Command } from "commander";
import { runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

/** `thread-history publish`: rollout files to the input topic, once. */
export function publishCommand(): Command {
  const command = new Command("publish")
    .summary("Publishes rollout files to the input topic.")
    .description(
      "Publishes every line of rollout files, verbatim. Publishing a file again is harmless: workers know its lines by their place.",
    )
    .addArgument(new Argument("<path...>", "rollout files, folders of them, or - for standard input"))
    .action((paths: string[], _options: object, called: Command) =>
      runCommand(called, async () => {
        const { runPublish } = await import("./publish/run.ts");
        return (settings) => runPublish(paths, settings);
      }),
    );
  return configurable(command, ["prefix", "kafka.brokers", "schemaRegistry.url", "log.level"]);
}
