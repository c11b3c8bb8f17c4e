import type { Operations } from "../../read-model/index.ts";
import { openSqliteReadModel } from "../../sqlite/index.ts";
import { commandLog } from "../command-log.ts";
import { serveApi } from "../serve/api.ts";
import type { Settings } from "../settings.ts";

export interface ServedHistory {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves viewer and API over the file, which somebody else writes.
 *
 * @throws CliError when the address cannot be taken, ReadModelUnavailableError when the file cannot be read
 */
export async function serveHistory(
  history: string,
  operations: Operations,
  isReady: () => boolean,
  settings: Settings,
): Promise<ServedHistory> {
  const readModel = openSqliteReadModel(history);
  const readiness = (): string | null => (isReady() ? null : "imports what was there at the start");
  try {
    const api = await serveApi({ readModel, operations, readiness, log: commandLog(settings, "warn") }, settings);
    return {
      url: api.url,
      close: async () => {
        await api.close();
        await readModel.close();
      },
    };
  } catch (error) {
    await readModel.close();
    throw error;
  }
}
