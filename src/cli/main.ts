import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { configCommand } from "./config.ts";
import { consumeCommand } from "./consume.ts";
import { decideCommand } from "./decide.ts";
import { ExitCode } from "./exit-code.ts";
import { exportCommand } from "./export.ts";
import { projectCommand } from "./project.ts";
import { quarantinedCommand } from "./quarantined.ts";
import { replayCommand } from "./replay.ts";
import { schemasCommand } from "./schemas.ts";
import { serveCommand } from "./serve.ts";
import { shipCommand } from "./ship.ts";
import { sinkCommand } from "./sink.ts";
import { startCommand } from "./start.ts";
import { escaped } from "./terminal.ts";
import { topicsCommand } from "./topics.ts";
import { workerCommand } from "./worker.ts";

// Nothing can be said to somebody who no longer listens.
process.stderr.on("error", () => undefined);
process.stdout.on("error", () => undefined);

const program = new Command("thread-history")
  .description("Derives turns, items and lifecycle events from Codex rollouts: from files, or as a stream on Kafka.")
  .version(packageJson.version)
  .showHelpAfterError("(--help shows what there is)")
  .configureOutput({ outputError: (text, write) => write(text.split("\n").map(escaped).join("\n")) })
  .exitOverride();
const commands = [
  startCommand(),
  projectCommand(),
  shipCommand(),
  workerCommand(),
  sinkCommand(),
  serveCommand(),
  consumeCommand(),
  exportCommand(),
  topicsCommand(),
  schemasCommand(),
  replayCommand(),
  quarantinedCommand(),
  decideCommand(),
  configCommand(),
];
for (const command of commands) program.addCommand(inheriting(command, program));

/** Commands within commands have the same manners. */
function inheriting(command: Command, parent: Command): Command {
  command.copyInheritedSettings(parent);
  for (const child of command.commands) inheriting(child, command);
  return command;
}

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
}
