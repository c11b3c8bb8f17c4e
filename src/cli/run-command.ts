import type { Command } from "commander";
import type { GivenFlag } from "../config/index.ts";
import { ReaderGoneError } from "./output.ts";
import type { Settings } from "./settings.ts";
import { complain } from "./terminal.ts";

/** Does a command's work; answers the exit code. */
export type Run = (settings: Settings) => Promise<number>;

/**
 * Runs a command with its configuration and sets the process's exit code. Whatever ends it that is no defect is said on
 * standard error.
 *
 * What a command needs is loaded when it is called: `--help` waits for no client library.
 *
 * @param more settings that the command's own options stand for
 */
export async function runCommand(
  command: Command,
  load: () => Promise<Run>,
  more: readonly GivenFlag[] = [],
): Promise<void> {
  const { settingsOf } = await import("./settings.ts");
  let settings: Settings | undefined;
  try {
    settings = settingsOf(command, more);
    const run = await load();
    process.exitCode = await run(settings);
  } catch (error) {
    if (error instanceof ReaderGoneError) return;
    const { expected } = await import("./expected.ts");
    const known = expected(error, settings);
    if (known === undefined) throw error;
    for (const message of known.messages) complain(message);
    process.exitCode = known.exitCode;
  }
}
