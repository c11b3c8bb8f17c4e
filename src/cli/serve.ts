import { Command, Option } from "commander";
import { runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

interface ServeCommandOptions {
  readonly sqlite?: string;
  readonly tokens?: string;
  readonly port?: string;
  readonly host?: string;
}

/** The options that stand for a setting. */
const SETTING_OF = { tokens: "api.tokensFile", port: "api.port", host: "api.host" } as const;

/** `thread-history serve`: the read API and the viewer, over a read model that others write. */
export function serveCommand(): Command {
  const command = new Command("serve")
    .summary("Serves the read API and the viewer.")
    .description(
      "Serves the read API, Codex's app-server protocol and the viewer, until SIGTERM, over the Postgres database that `sink postgres` fills, or over the SQLite file of `start` (docs/reading.md). With kafka.brokers it also shows where the observers are.",
    )
    .addOption(new Option("--sqlite <file>", "a history.sqlite of `start`, in place of Postgres"))
    .addOption(new Option("--tokens <file>", "who may read what (api.tokensFile)"))
    .addOption(new Option("--port <number>", "port; 0 takes any free one (api.port)"))
    .addOption(new Option("--host <address>", "address to listen on (api.host)"))
    .action((options: ServeCommandOptions, called: Command) =>
      runCommand(
        called,
        async () => {
          const { runServe } = await import("./serve/run.ts");
          return (settings) => runServe(options.sqlite ?? null, settings);
        },
        (["tokens", "port", "host"] as const).flatMap((name) => {
          const value = options[name];
          return value === undefined ? [] : [{ flag: `--${name}`, name: SETTING_OF[name], value }];
        }),
      ),
    );
  return configurable(command, ["prefix", "postgres.url", "kafka.brokers", "log.level"]);
}
