import { Command, Option } from "commander";
import { type Run, runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

const USES = ["prefix", "kafka.brokers", "log.level"] as const;

/** `thread-history topics`: makes and checks the topics of an installation. */
export function topicsCommand(): Command {
  const create = new Command("create")
    .description("Makes the topics that are missing. Those that exist are left as they are, and differences told.")
    .addOption(new Option("--dry-run", "only say what would be made"))
    .action(async ({ dryRun }: { readonly dryRun?: boolean }, command: Command) => {
      await runCommand(command, topics(dryRun === true ? "dry-run" : "create"));
    });
  const check = new Command("check")
    .description(
      "Says how the topics differ from what the configuration expects. Exit code 1 when workers would not start.",
    )
    .action(async (_options: object, command: Command) => {
      await runCommand(command, topics("check"));
    });
  return new Command("topics")
    .description("Makes or checks the topics.")
    .addCommand(configurable(create, USES))
    .addCommand(configurable(check, USES));
}

function topics(mode: "create" | "dry-run" | "check"): () => Promise<Run> {
  return async () => {
    const { runTopics } = await import("./topics/run.ts");
    return (settings) => runTopics(settings, mode);
  };
}
