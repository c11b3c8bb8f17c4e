import { type Log, type Probed, serveTelemetry } from "../telemetry/index.ts";
import { CliError } from "./cli-error.ts";
import { ExitCode } from "./exit-code.ts";
import type { Settings } from "./settings.ts";

/**
 * Serves probes and metrics. A command that ends by itself does without when the port is taken, as by a worker beside it.
 *
 * @throws CliError
 */
export async function serveProbes(
  { config: { http } }: Settings,
  telemetry: Probed,
  log: Log,
  { isOptional }: { readonly isOptional: boolean },
) {
  try {
    const server = await serveTelemetry(http.host, http.port, telemetry);
    log.info({ host: http.host, port: server.port }, "serves /livez, /readyz and /metrics");
    return server;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const message = `cannot serve metrics at ${http.host}:${http.port}: ${why} (http.host and http.port set where)`;
    if (!isOptional) throw new CliError(message, { exitCode: ExitCode.usage, cause: error });
    log.warn(message);
    return undefined;
  }
}
