import { Command, CommanderError } from "commander";
import packageJson from "../../package.json" with { type: "json" };
import { ExitCode } from "./exit-code.ts";
import { projectCommand } from "./project.ts";

const program = new Command("thread-history")
  .description("Derives turns, items and lifecycle events from Codex rollouts.")
  .version(packageJson.version)
  .showHelpAfterError("(thread-history --help shows what there is)")
  .exitOverride()
  .addCommand(projectCommand());

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? ExitCode.done : ExitCode.usage;
}
