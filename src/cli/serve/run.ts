import type { Operations, ReadModel } from "../../read-model/index.ts";
import { createLog } from "../../telemetry/index.ts";
import { aborted } from "../aborted.ts";
import { CliError } from "../cli-error.ts";
import { commandLog } from "../command-log.ts";
import { ExitCode } from "../exit-code.ts";
import { kafkaClient } from "../kafka-client.ts";
import { demand, type Settings } from "../settings.ts";
import { failLoudly, stopSignal } from "../worker/process-ends.ts";
import { serveApi } from "./api.ts";
import { KafkaOperations } from "./kafka-operations.ts";

/** How long streams and requests get to end. */
const CLOSE_MS = 5_000;

/** Serves until the process is told to stop; answers the exit code. */
export async function runServe(sqlite: string | null, settings: Settings): Promise<number> {
  const { config } = settings;
  const log = createLog(config.log.level);
  failLoudly(log);
  const stop = stopSignal(log, CLOSE_MS);
  const readModel = await opened(sqlite, settings);
  const operations = operationsOf(settings);
  try {
    const api = await serveApi({ readModel, operations, readiness: () => null, log }, settings);
    log.info({ url: api.url }, "serves the viewer and the read API");
    await aborted(stop);
    await api.close();
    log.info("stopped");
    return ExitCode.done;
  } finally {
    await operations?.close();
    await readModel.close();
  }
}

async function opened(sqlite: string | null, settings: Settings): Promise<ReadModel> {
  if (sqlite !== null) {
    const { openSqliteReadModel } = await import("../../sqlite/index.ts");
    try {
      return openSqliteReadModel(sqlite);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      throw new CliError(`${error.message} (a history.sqlite, as \`thread-history start\` makes it)`, { cause: error });
    }
  }
  demand(settings, "postgres.url");
  const { openPostgresReadModel } = await import("../../postgres/index.ts");
  return await openPostgresReadModel(settings.config.postgres.url ?? "");
}

/** Without Kafka nobody knows where the observers are. */
function operationsOf(settings: Settings): (Operations & { close(): Promise<void> }) | null {
  if (settings.config.kafka.brokers.length === 0) return null;
  return new KafkaOperations(kafkaClient(settings.config, commandLog(settings)), settings.config.prefix);
}
