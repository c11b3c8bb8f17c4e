import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { ExitCode } from "./exit-code.ts";
import { projectCommand } from "./project.ts";
import { escaped } from "./terminal.ts";

// Nothing can be said to somebody who no longer listens.
process.stderr.on("error", () => undefined);
process.stdout.on("error", () => undefined);

const program = new Command("thread-history")
  .description("Derives turns, items and lifecycle events from Codex rollouts.")
  .version(packageJson.version)
  .showHelpAfterError("(--help shows what there is)")
  .configureOutput({ outputError: (text, write) => write(text.split("\n").map(escaped).join("\n")) })
  .exitOverride();
program.addCommand(projectCommand().copyInheritedSettings(program));

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
}
