import { Command, Option } from "commander";
import { type Run, runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

interface SinkCommandOptions {
  readonly once?: boolean;
  readonly migrateOnly?: boolean;
}

/** What is still open when a sink has ended, such as a request that nobody answers, does not keep the process. */
const LEFTOVER_MS = 2_000;

/** `thread-history sink`: the mutation topics, as tables. */
export function sinkCommand(): Command {
  const postgres = new Command("postgres")
    .description(
      "Keeps tables in Postgres that hold what the mutation topics say, until SIGTERM, and makes or upgrades them first (docs/sinks.md). Probes and metrics are at http.port.",
    )
    .addOption(
      new Option("--once", "stop at the present end of the topics, with exit code 0, or 1 if a partition halted"),
    )
    .addOption(new Option("--migrate-only", "only make or upgrade the tables").conflicts("once"))
    .action(async ({ once, migrateOnly }: SinkCommandOptions, called: Command) => {
      await runCommand(called, () => (migrateOnly === true ? loadMigration() : loadSink(once === true)));
      setTimeout(() => process.exit(), LEFTOVER_MS).unref();
    });
  return new Command("sink")
    .summary("Keeps tables that hold what the mutation topics say.")
    .addCommand(configurable(postgres, ["prefix", "postgres.url", "kafka.brokers", "schemaRegistry.url", "log.level"]));
}

async function loadSink(once: boolean): Promise<Run> {
  const { runSink } = await import("./sink/run.ts");
  return (settings) => runSink(settings, { once });
}

async function loadMigration(): Promise<Run> {
  const { runMigration } = await import("./sink/migration.ts");
  return runMigration;
}
