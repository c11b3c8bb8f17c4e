import {
  type ApiOptions,
  isLoopback,
  type RunningApi,
  startApi,
  type Token,
  TokensError,
  tokensIn,
} from "../../api/index.ts";
import type { Operations, ReadModel } from "../../read-model/index.ts";
import type { Log } from "../../telemetry/index.ts";
import { CliError } from "../cli-error.ts";
import { ExitCode } from "../exit-code.ts";
import { fileText } from "../secret-file.ts";
import type { Settings } from "../settings.ts";

export interface Served {
  readonly readModel: ReadModel;
  readonly operations: Operations | null;
  readonly readiness: ApiOptions["readiness"];
  readonly log: Log;
}

/**
 * Serves API and viewer as configured (`api.*`).
 *
 * @throws CliError when the tokens are no good, nobody would be kept out, or the address cannot be taken
 */
export async function serveApi(
  { readModel, operations, readiness, log }: Served,
  settings: Settings,
): Promise<RunningApi> {
  const { host, port, tokensFile: _file, isOpen: _isOpen, corsOrigins, allowedHosts, ...limits } = settings.config.api;
  const tokens = readersOf(settings);
  const { viewerFile } = await import("../../viewer/index.ts");
  const options = { host, port, readModel, operations, readiness, tokens, corsOrigins, allowedHosts, limits, log };
  try {
    return await startApi({ ...options, viewer: viewerFile });
  } catch (error) {
    if (!(error instanceof Error) || !("code" in error)) throw error;
    throw new CliError(`cannot serve at ${host}:${port}: ${error.message} (api.host and api.port set where)`, {
      exitCode: ExitCode.usage,
      cause: error,
    });
  }
}

/**
 * Who may read, as configured.
 *
 * @throws CliError when the tokens are no good, or nobody would be kept out
 */
export function readersOf({ config }: Settings): readonly Token[] {
  const { host, tokensFile, isOpen } = config.api;
  const tokens = tokensFile === null ? [] : tokensFrom(tokensFile);
  if (tokens.length > 0 || isLoopback(host) || isOpen) return tokens;
  throw new CliError(
    `api.host is ${host}, and there are no tokens: everybody there could read everything. Set api.tokensFile, or api.isOpen=true if that is meant`,
    { exitCode: ExitCode.usage },
  );
}

function tokensFrom(path: string): readonly Token[] {
  try {
    return tokensIn(fileText(path, "api.tokensFile"));
  } catch (error) {
    if (!(error instanceof TokensError)) throw error;
    throw new CliError(`${path}: ${error.message}`, { exitCode: ExitCode.usage, cause: error });
  }
}
