import { readFileSync } from "node:fs";
import { CliError } from "./cli-error.ts";
import { ExitCode } from "./exit-code.ts";

/** The text of a file that a setting names. @throws CliError */
export function fileText(path: string, setting: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(`${setting} names a file that cannot be read: ${error.message}`, {
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
}

/** The secret in a file: without the newline that editors put at the end. @throws CliError */
export function secretIn(path: string, setting: string): string {
  const secret = fileText(path, setting).replace(/\r?\n$/, "");
  if (secret === "") throw new CliError(`${setting} names an empty file: ${path}`, { exitCode: ExitCode.usage });
  return secret;
}
