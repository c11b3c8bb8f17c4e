import { ExitCode } from "./exit-code.ts";

interface CliErrorOptions extends ErrorOptions {
  /** @default ExitCode.incomplete */
  readonly exitCode?: number;
}

/** Ends a command, with messages for whoever called it: what, where, and what to do. */
export class CliError extends Error {
  override readonly name = "CliError";
  readonly messages: readonly string[];
  readonly exitCode: number;

  constructor(messages: string | readonly string[], options: CliErrorOptions = {}) {
    const all = typeof messages === "string" ? [messages] : messages;
    super(all.join("\n"), options);
    this.messages = all;
    this.exitCode = options.exitCode ?? ExitCode.incomplete;
  }
}
