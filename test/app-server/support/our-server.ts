import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type RunningApi, startApi } from "../../../src/api/index.ts";
import type { ReadModel, RowBatch } from "../../../src/read-model/index.ts";
import { openSqliteReadModel } from "../../../src/sqlite/index.ts";
import { createLog } from "../../../src/telemetry/index.ts";
import { LIMITS } from "../../api/support/served.ts";
import { rowDatabase, writeRows } from "../../read-model/support/seeded.ts";

/** Our own API, over a SQLite file with some rows. */
export class OurServer {
  readonly url: string;
  readonly #api: RunningApi;
  readonly #readModel: ReadModel;
  readonly #folder: string;

  private constructor(api: RunningApi, readModel: ReadModel, folder: string) {
    this.url = `${api.url.replace("http:", "ws:")}/v1/app-server`;
    this.#api = api;
    this.#readModel = readModel;
    this.#folder = folder;
  }

  static async start(rows: RowBatch): Promise<OurServer> {
    const folder = mkdtempSync(join(tmpdir(), "app-server-"));
    const file = join(folder, "history.sqlite");
    {
      using database = rowDatabase(file);
      writeRows(database, rows);
    }
    const readModel = openSqliteReadModel(file);
    const api = await startApi({
      host: "127.0.0.1",
      port: 0,
      readModel,
      operations: null,
      viewer: null,
      readiness: () => null,
      tokens: [],
      corsOrigins: [],
      allowedHosts: [],
      limits: LIMITS,
      log: createLog("silent"),
    });
    return new OurServer(api, readModel, folder);
  }

  async close(): Promise<void> {
    await this.#api.close();
    await this.#readModel.close();
    rmSync(this.#folder, { recursive: true });
  }
}
