import { PublishError, TopicsError } from "../kafka/index.ts";
import { RedactionRulesError } from "../redaction/index.ts";
import { EvictionPolicyError } from "../redis/index.ts";
import { UnreadableInputError } from "../rollout-files/index.ts";
import { PositionsError } from "../ship/index.ts";
import { SinkStoreRefusedError } from "../sinks/index.ts";
import { EmbeddedError } from "../sqlite/index.ts";
import { CliError } from "./cli-error.ts";
import { ExitCode } from "./exit-code.ts";
import { OutputError } from "./output.ts";
import type { Settings } from "./settings.ts";
import { unreachable } from "./unreachable.ts";

/** What is said of an error that may end a command; undefined for defects. */
export function expected(error: unknown, settings: Settings | undefined): CliError | undefined {
  if (error instanceof CliError) return error;
  if (error instanceof TopicsError) return new CliError(error.message.split("\n"), { cause: error });
  if (error instanceof PublishError)
    return new CliError(`${error.message}; run it again: it goes on where it was`, { cause: error });
  if (error instanceof EvictionPolicyError || error instanceof PositionsError || error instanceof UnreadableInputError)
    return new CliError(error.message, { cause: error });
  if (error instanceof RedactionRulesError)
    return new CliError(error.message.split("\n"), { cause: error, exitCode: ExitCode.usage });
  if (error instanceof SinkStoreRefusedError) return new CliError(error.message, { cause: error });
  if (error instanceof EmbeddedError) return new CliError(error.message, { cause: error });
  if (error instanceof OutputError) return new CliError(error.message, { cause: error });
  return settings === undefined ? undefined : unreachable(error, settings);
}
