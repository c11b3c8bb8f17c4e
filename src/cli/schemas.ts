import { Command } from "commander";
import { type Run, runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

const USES = ["prefix", "schemaRegistry.url"] as const;

/** `thread-history schemas`: checks or registers the Avro schemas of the topics. */
export function schemasCommand(): Command {
  const check = new Command("check")
    .description("Says how this release's schemas stand with the registry. Exit code 1 when one is missing or refused.")
    .action((_options: object, command: Command) => runCommand(command, schemas("check")));
  const register = new Command("register")
    .description("Registers this release's schemas; those that are there stay as they are.")
    .action((_options: object, command: Command) => runCommand(command, schemas("register")));
  return new Command("schemas")
    .description("Checks or registers the Avro schemas.")
    .addCommand(configurable(check, USES))
    .addCommand(configurable(register, USES));
}

function schemas(action: "check" | "register"): () => Promise<Run> {
  return async () => {
    const { runSchemas } = await import("./schemas/run.ts");
    return (settings) => runSchemas(settings, action);
  };
}
