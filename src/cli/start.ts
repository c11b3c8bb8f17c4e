import { Argument, Command, Option } from "commander";
import { runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

interface StartCommandOptions {
  readonly once?: boolean;
  readonly fresh?: boolean;
  readonly redact?: string;
  readonly data?: string;
  readonly port?: string;
  readonly host?: string;
  readonly tokens?: string;
}

/** The options that stand for a setting. */
const SETTING_OF = { data: "embedded.data", port: "api.port", host: "api.host", tokens: "api.tokensFile" } as const;

/** `thread-history start`: everything in one process. */
export function startCommand(): Command {
  const command = new Command("start")
    .summary("Imports rollouts, follows them, and shows them: all in one process.")
    .description(
      "Imports rollout files (rollout-*.jsonl, also .gz and .zst) into a SQLite file, follows them, and serves the viewer and the read API, until SIGTERM. Needs no other service. Started again it goes on where it was (docs/embedded.md).",
    )
    .addArgument(
      new Argument(
        "[path...]",
        "folders of rollouts, or files (default: sessions and archived_sessions in $CODEX_HOME or ~/.codex; without those the bundled samples)",
      ),
    )
    .addOption(new Option("--data <dir>", "folder for what is made of the rollouts (embedded.data)"))
    .addOption(new Option("--port <number>", "port of viewer and API; 0 takes any free one (api.port)"))
    .addOption(new Option("--host <address>", "address to listen on (api.host)"))
    .addOption(new Option("--tokens <file>", "who may read what (api.tokensFile)"))
    .addOption(new Option("--once", "import what is there, then stop; exit code 1 if some of it could not be read"))
    .addOption(new Option("--fresh", "forget what was imported before, and import all again"))
    .addOption(
      new Option(
        "--redact <rules>",
        "replace secrets before anything is kept: `default`, or a file of rules (docs/redacting.md)",
      ),
    )
    .action((paths: string[], options: StartCommandOptions, called: Command) =>
      runCommand(
        called,
        async () => {
          const { runStart } = await import("./start/run.ts");
          const { once = false, fresh = false, redact = null } = options;
          return (settings) => runStart({ paths, once, fresh, redact }, settings);
        },
        (["data", "port", "host", "tokens"] as const).flatMap((name) => {
          const value = options[name];
          return value === undefined ? [] : [{ flag: `--${name}`, name: SETTING_OF[name], value }];
        }),
      ),
    );
  return configurable(command, ["log.level"]);
}
