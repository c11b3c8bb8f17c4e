import { Argument, Command, Option } from "commander";
import { runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

interface ExportCommandOptions {
  readonly out?: string;
  readonly rollout?: string;
  readonly all?: boolean;
  readonly list?: boolean;
  readonly force?: boolean;
  readonly allowMissing?: boolean;
  readonly allPartitions?: boolean;
}

/** `thread-history export`: a thread's rollout, from the input topic back into its file. */
export function exportCommand(): Command {
  const command = new Command("export")
    .summary("Restores a thread's rollout file.")
    .description(
      "Restores a thread's rollout from the input topic, byte for byte. Lines that were changed before they came to the log are named; where one is missing nothing is written.",
    )
    .addArgument(new Argument("<thread>", "id of the thread"))
    .addOption(
      new Option("--out <file>", "a file, a folder (the rollout's own name is used there), or - for standard output"),
    )
    .addOption(new Option("--rollout <id>", "this rollout of the thread (default: the newest)").conflicts("all"))
    .addOption(new Option("--all", "every rollout of the thread, as reverted threads need them; --out names a folder"))
    .addOption(
      new Option("--list", "list the thread's rollouts, and write nothing").conflicts(["out", "rollout", "all"]),
    )
    .addOption(new Option("--force", "replace a file that is there"))
    .addOption(new Option("--allow-missing", "leave out lines that are missing, and write the rest (exit code 1)"))
    .addOption(
      new Option(
        "--all-partitions",
        "look in every partition; without it only if nothing, or not all, is in the one where the thread belongs",
      ),
    )
    .action((threadId: string, options: ExportCommandOptions, called: Command) => {
      if (options.out === undefined && options.list !== true)
        called.error("error: name where to write (--out), or --list");
      return runCommand(called, async () => {
        const { runExport } = await import("./export/run.ts");
        const { allPartitions = false } = options;
        return (settings) => runExport({ threadId, allPartitions, write: writeOptions(options) }, settings);
      });
    });
  return configurable(command, ["prefix", "kafka.brokers", "schemaRegistry.url", "log.level"]);
}

function writeOptions({ out, rollout, all, force = false, allowMissing = false }: ExportCommandOptions) {
  if (out === undefined) return null;
  const newest = rollout === undefined ? { type: "newest" as const } : { type: "one" as const, rolloutId: rollout };
  const selection = all === true ? { type: "all" as const } : newest;
  return { out, selection, replaces: force, allowsMissing: allowMissing };
}
