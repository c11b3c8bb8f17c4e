import { Command, Option } from "commander";
import { runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

/** `thread-history config show`: what the configuration is, and where it came from. */
export function configCommand(): Command {
  const show = new Command("show")
    .description("Prints every setting with its value and where that came from, secrets masked.")
    .addOption(new Option("--json", "as one JSON object per setting, a line each"))
    .action(async ({ json }: { readonly json?: boolean }, command: Command) => {
      await runCommand(command, async () => {
        const { showConfig } = await import("./config/show.ts");
        return (settings) => showConfig(settings, json === true);
      });
    });
  configurable(show, ["prefix", "kafka.brokers", "redis.url", "schemaRegistry.url", "log.level"]);
  return new Command("config").description("Shows the configuration.").addCommand(show);
}
