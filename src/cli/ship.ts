import { Argument, Command, Option } from "commander";
import { runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

interface ShipCommandOptions {
  readonly once?: boolean;
  readonly dryRun?: boolean;
  readonly redact?: string;
  readonly positions?: string;
  readonly order?: string;
}

/** `thread-history ship`: rollout files to the input topic. */
export function shipCommand(): Command {
  const command = new Command("ship")
    .summary("Ships rollout files to the input topic, and follows them.")
    .description(
      "Ships every line of rollout files (rollout-*.jsonl, also .gz and .zst), verbatim and once: what is there, then what comes, until SIGTERM. It goes on where it was, whatever happened to it or to the files.",
    )
    .addArgument(
      new Argument(
        "[path...]",
        "folders of rollouts, or files (default: sessions and archived_sessions in $CODEX_HOME or ~/.codex)",
      ),
    )
    .addOption(new Option("--once", "ship what is there, then stop; exit code 1 if some of it could not be read"))
    .addOption(new Option("--dry-run", "only say what would be shipped"))
    .addOption(
      new Option(
        "--redact <rules>",
        "replace secrets before anything is sent: `default`, or a file of rules (docs/redacting.md)",
      ),
    )
    .addOption(new Option("--positions <file>", "where to keep how much was shipped (ship.positions)"))
    .addOption(new Option("--order <which>", "whose history goes first (ship.order)").choices(["newest", "oldest"]))
    .action((paths: string[], options: ShipCommandOptions, called: Command) =>
      runCommand(
        called,
        async () => {
          const { runShip } = await import("./ship/run.ts");
          const { once = false, dryRun = false, redact = null } = options;
          return (settings) => runShip({ paths, once, dryRun, redact }, settings);
        },
        (["positions", "order"] as const).flatMap((name) => {
          const value = options[name];
          return value === undefined ? [] : [{ flag: `--${name}`, name: `ship.${name}`, value }];
        }),
      ),
    );
  return configurable(command, ["prefix", "kafka.brokers", "schemaRegistry.url", "log.level"]);
}
