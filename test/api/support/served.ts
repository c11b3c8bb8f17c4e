import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { type ApiLimits, type ApiOptions, startApi } from "../../../src/api/index.ts";
import { openSqliteReadModel } from "../../../src/sqlite/index.ts";
import { createLog } from "../../../src/telemetry/index.ts";
import { seededSqlite } from "../../read-model/support/seeded.ts";

const CORPUS = join(import.meta.dirname, "../../corpus");

export const LIMITS: ApiLimits = {
  pageSize: 50,
  maxPageSize: 500,
  requestBytes: 16_384,
  connections: 1_000,
  streams: 200,
  requestMs: 30_000,
  heartbeatMs: 15_000,
  messageBytes: 1_048_576,
};

export interface Served {
  readonly url: string;
  /** The SQLite file that is served. */
  readonly file: string;
  readonly close: () => Promise<void>;
  /** GET, with a path from `/` on. */
  readonly get: (path: string, init?: RequestInit) => Promise<Response>;
  readonly json: (path: string, init?: RequestInit) => Promise<{ readonly status: number; readonly body: unknown }>;
}

/** An API over the rows of some rollouts of the corpus (by default all), until the test has ended. */
export async function served(
  options: Partial<ApiOptions> = {},
  names: readonly string[] = readdirSync(CORPUS),
): Promise<Served> {
  const folder = mkdtempSync(join(tmpdir(), "thread-history-api-"));
  const file = join(folder, "history.sqlite");
  seededSqlite(
    file,
    names.map((name) => join(CORPUS, name, "rollout.jsonl")),
  );
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
    ...options,
  });
  onTestFinished(async () => {
    await api.close();
    await readModel.close();
    rmSync(folder, { recursive: true });
  });
  const get = (path: string, init?: RequestInit) => fetch(api.url + path, init);
  return {
    url: api.url,
    file,
    close: () => api.close(),
    get,
    json: async (path, init) => {
      const response = await get(path, init);
      return { status: response.status, body: await response.json() };
    },
  };
}

export interface PageBody {
  readonly data: readonly Record<string, unknown>[];
  readonly nextCursor: string | null;
  readonly backwardsCursor: string | null;
}
