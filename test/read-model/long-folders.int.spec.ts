import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stringify } from "../../src/json/index.ts";
import { openPostgresReadModel } from "../../src/postgres/index.ts";
import type { ReadModel, RowBatch, ThreadQuery } from "../../src/read-model/index.ts";
import { openSqliteReadModel } from "../../src/sqlite/index.ts";
import { timestampOf } from "../support/story.ts";
import { rowsOf } from "./support/corpus.ts";
import { rowDatabase, writeRows } from "./support/seeded.ts";
import { STORE_NAMES } from "./support/stores.ts";
import { EVERYTHING } from "./support/threads.ts";
import { postgresRows } from "./support/written.ts";

const DEEP = "a/".repeat(450);
const UP = "../".repeat(453);

/** Folders of more than 800 bytes, of which Postgres' indexes hold the beginning. Those of `/home/secret` climb. */
const FOLDERS = {
  below: `/srv/web/${DEEP}x`,
  neighbour: `/srv/web/${DEEP}y`,
  climbs: `/srv/web/${DEEP}${UP}home/secret`,
  climbsAtTheEnd: `/srv/web/${DEEP}..`,
  climbsInWindows: `C:\\web\\${`${DEEP}${UP}`.replaceAll("/", "\\")}secret`,
  belowInWindows: `C:\\web\\${DEEP.replaceAll("/", "\\")}secret`,
  namedWithDots: `/srv/web/${DEEP}..x/x../.../x`,
} as const;

const ID = "01900000-0000-7000-8000-00000000000a";

/** A thread in each folder, with the folder's name as its id. */
function threadsInFolders(): RowBatch {
  const threads = Object.entries(FOLDERS).map(([threadId, cwd]) => {
    const meta = { id: ID, timestamp: "t", cwd, originator: "o", cli_version: "0.169.0", source: "cli" };
    const line = stringify({ timestamp: timestampOf(0), type: "session_meta", payload: meta });
    return [threadId, [{ rolloutId: threadId, lines: [line] }]] as const;
  });
  return rowsOf(new Map(threads));
}

interface WrittenModel {
  readonly model: ReadModel;
  drop(): Promise<void>;
}

/** Written by the store's own writer, which is what shortens texts. */
const WRITTEN: Readonly<Record<(typeof STORE_NAMES)[number], () => Promise<WrittenModel>>> = {
  sqlite: () => {
    const folder = mkdtempSync(join(tmpdir(), "long-folders-"));
    const path = join(folder, "history.db");
    const database = rowDatabase(path);
    writeRows(database, threadsInFolders());
    const model = openSqliteReadModel(path);
    const drop = async () => {
      await model.close();
      database.close();
      rmSync(folder, { recursive: true });
    };
    return Promise.resolve({ model, drop });
  },
  postgres: async () => {
    const rows = await postgresRows();
    await rows.write(threadsInFolders());
    const model = await openPostgresReadModel(rows.url);
    const drop = async () => {
      await model.close();
      await rows.drop();
    };
    return { model, drop };
  },
};

describe.each(STORE_NAMES)("on %s, of threads in folders too long for an index", (name) => {
  let store: WrittenModel;
  beforeAll(async () => {
    store = await WRITTEN[name]();
  });
  afterAll(() => store.drop());

  const found = async (query: Partial<ThreadQuery>) => {
    const { data } = await store.model.threads({ ...EVERYTHING, ...query });
    return data.map(({ threadId }) => threadId).sort();
  };

  it("a reader sees those below its folders, and none that climbs out, wherever in its folder it does", async () => {
    const seen = (cwd: string) => found({ scope: { cwds: [cwd], sourceKinds: [] } });
    expect(await seen("/srv/web")).toEqual(["below", "namedWithDots", "neighbour"]);
    expect(await seen("/")).toEqual(["below", "namedWithDots", "neighbour"]);
    expect(await seen("C:\\web")).toEqual(["belowInWindows"]);
    const scope = { cwds: ["/srv/web"], sourceKinds: [] };
    expect((await store.model.thread("below", scope))?.threadId).toBe("below");
    expect(await store.model.thread("climbs", scope)).toBe(null);
  });

  it.each(Object.entries(FOLDERS))("a filter for the whole folder finds those in it alone: %s", async (id, cwd) => {
    expect(await found({ cwds: [cwd] })).toEqual([id]);
    expect(await found({ cwds: [cwd, "/elsewhere"] })).toEqual([id]);
  });

  it("a thread's folder is found as the thread shows it, too", async () => {
    const shown = (await store.model.thread("climbs", EVERYTHING.scope))?.started?.cwd ?? "";
    expect(await found({ cwds: [shown] })).toEqual(["climbs"]);
  });
});
