import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { install } from "../../scripts/services/install.ts";
import { javaProgram } from "../../scripts/services/java.ts";
import { MutationTable } from "../../src/read-model/index.ts";
import { deliveriesOf, sampleMutations } from "../../src/testing/index.ts";
import { SAMPLES } from "../support/cli.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";

const ROOT = join(import.meta.dirname, "../..");
const PAGE = readFileSync(join(ROOT, "docs/consuming.md"), "utf8");
const EXAMPLE = join(ROOT, "examples/turn-feed");

/** The code of the page, by the file names that stand behind the language. */
const examples = new Map(
  [...PAGE.matchAll(/^```\w+ (?<name>\S+)\n(?<code>.*?)^```$/gms)].map(({ groups = {} }) => [groups.name, groups.code]),
);

interface ShownTurn {
  readonly thread_id: string;
  readonly turn_id: string;
  readonly ordinal: number;
  readonly status: string;
}

const samples = sampleMutations();
const threadIds = [...new Set(samples.map(({ mutation }) => mutation.threadId))].sort();

/** The turns of the samples, by what a table must end with. */
const TURNS: readonly ShownTurn[] = (() => {
  const table = new MutationTable();
  for (const { mutation, sourceOffset } of samples) table.applyMutation(mutation, sourceOffset);
  return threadIds.flatMap((threadId) =>
    table.turns(threadId).map(({ turnId, content }) => ({
      thread_id: threadId,
      turn_id: turnId,
      ordinal: content?.turnOrdinal ?? 0,
      status: content?.status ?? "",
    })),
  );
})();

const SHOWN = "SELECT thread_id, turn_id, CAST(ordinal AS int) AS ordinal, status FROM my_turns WHERE NOT is_removed";
const IN_ORDER = 'ORDER BY thread_id COLLATE "C", ordinal';

describe("consuming", () => {
  const databaseUrl = new URL(process.env.DATABASE_URL ?? "");
  const deployment = new Deployment({ ...servicesEnv(), THREAD_HISTORY_TOPICS_PARTITIONS: "2" });
  const schema = deployment.prefix.replaceAll("-", "_");
  databaseUrl.searchParams.set("options", `-c search_path=${schema}`);
  const env = { ...process.env, ...deployment.env, DATABASE_URL: databaseUrl.href };
  const jars: string[] = [];
  const database = new pg.Client({ connectionString: databaseUrl.href });

  const commands = {
    "library.mjs": () => [process.execPath],
    "testing.mjs": () => [process.execPath],
    "kafkajs.mjs": () => [process.execPath],
    "Consuming.java": () => [javaProgram(), "-cp", jars.join(":")],
  };

  /** Starts an example as it stands on the page, in a folder with the packages that it names. */
  const start = (name: keyof typeof commands): ChildProcess => {
    const file = join(deployment.folder, name);
    writeFileSync(file, examples.get(name) ?? "");
    const [program = "", ...args] = commands[name]();
    return spawn(program, [...args, file], { env, stdio: ["ignore", "pipe", "pipe"] });
  };
  const run = (name: keyof typeof commands): Promise<string> => finished(start(name), name);

  /** Starts the example program, over a table of that name. */
  const feed = (table: string, ...options: string[]): ChildProcess =>
    spawn(process.execPath, [join(deployment.folder, "turn-feed.mjs"), ...options], {
      env: { ...env, TABLE: join(deployment.folder, table) },
      stdio: ["ignore", "pipe", "pipe"],
    });

  const tableOf = (name: string): unknown[] => {
    const file = new DatabaseSync(join(deployment.folder, name), { readOnly: true });
    const rows = file.prepare(
      "SELECT thread_id, turn_id, turn_ordinal AS ordinal, status FROM turns WHERE NOT is_removed ORDER BY thread_id, ordinal",
    );
    const all = rows.all().map((row) => ({ ...row }));
    file.close();
    return all;
  };

  beforeAll(async () => {
    const modules = join(deployment.folder, "node_modules");
    for (const name of ["kafkajs", "pg"]) {
      mkdirSync(dirname(join(modules, name)), { recursive: true });
      symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
    }
    symlinkSync(ROOT, join(modules, "thread-history"));
    writeFileSync(join(deployment.folder, "turn-feed.mjs"), readFileSync(join(EXAMPLE, "turn-feed.mjs")));
    const downloads = await install(["kafka", "registry"], () => undefined);
    const library = join(downloads, "registry/lib");
    const avro = readdirSync(library).filter((name) =>
      /^(?:org\.apache\.avro|com\.fasterxml\.jackson\.core)\./.test(name),
    );
    jars.push(join(downloads, "kafka/*"), ...avro.map((name) => join(library, name)));
    await database.connect();
    await database.query(`CREATE SCHEMA ${schema}`);
    await deployment.setUp();
    await deployment.run("ship", "--once", SAMPLES);
    await deployment.run("worker", "--once");
  });
  afterAll(async () => {
    await database.query(`DROP SCHEMA ${schema} CASCADE`);
    await database.end();
    await deployment.stop();
  });

  it("the page has the examples that are run here, and no others", () => {
    expect([...examples.keys()]).toEqual(Object.keys(commands));
  });

  it("library.mjs keeps a table of the turns that show", async () => {
    await run("library.mjs");
    expect((await database.query(`${SHOWN} ${IN_ORDER}`)).rows).toEqual(TURNS);
  });

  it("library.mjs goes on where it was: run again it reads nothing, and from the earliest it changes nothing", async () => {
    const dump = async () =>
      (await database.query("SELECT * FROM my_turns ORDER BY thread_id, turn_id")).rows as unknown[];
    const before = await dump();
    await database.query("UPDATE my_turns SET version = '', status = 'touched'");
    await run("library.mjs");
    expect((await database.query("SELECT DISTINCT status FROM my_turns")).rows).toEqual([{ status: "touched" }]);

    await database.query("DELETE FROM my_position");
    await run("library.mjs");
    expect(await dump()).toEqual(before);
    await database.query("DELETE FROM my_position");
    await run("library.mjs");
    expect(await dump()).toEqual(before);
  });

  it("the upsert of the page ends with the same rows after every delivery", () => {
    const [, upsert = ""] = /`(INSERT INTO my_turns .*?)`/s.exec(examples.get("library.mjs") ?? "") ?? [];
    const table = new DatabaseSync(":memory:");
    // SQLite numbers such parameters as Postgres does, but by another sign.
    const statement = () => table.prepare(upsert.replaceAll("$", "?"));
    const turns = samples.filter(({ mutation }) => mutation.type === "turn_summary");
    for (const { name, mutations } of deliveriesOf(turns)) {
      table.exec("DROP TABLE IF EXISTS my_turns");
      table.exec(
        "CREATE TABLE my_turns (thread_id, turn_id, version, is_removed, ordinal, status, PRIMARY KEY (thread_id, turn_id))",
      );
      const write = statement();
      for (const { mutation, sourceOffset } of mutations) {
        if (mutation.type !== "turn_summary") continue;
        const { turnId, mutation: turn } = mutation.payload;
        const version = [mutation.generation, sourceOffset, Number(mutation.mutationId.split("/").at(-1))]
          .map((part, at) => part.toString(16).padStart([8, 14, 6][at] ?? 0, "0"))
          .join("");
        const gone = turn === null ? 1 : 0;
        write.run(mutation.threadId, turnId, version, gone, turn?.turnOrdinal ?? null, turn?.status ?? null);
      }
      const rows = table.prepare(`${SHOWN} ORDER BY thread_id, ordinal`).all();
      expect(
        rows.map((row) => ({ ...row })),
        name,
      ).toEqual(TURNS);
    }
  });

  it("testing.mjs passes", async () => {
    expect(await run("testing.mjs")).toBe("");
  });

  it("kafkajs.mjs prints the last status of each turn", async () => {
    const example = start("kafkajs.mjs");
    const last = new Map<string, string>();
    await untilPrinted(example, last, samples.filter(({ mutation }) => mutation.type === "turn_summary").length);
    example.kill("SIGTERM");
    await finished(example, "kafkajs.mjs");
    expect(shownOf(last)).toEqual(statusesOf(TURNS));
  });

  it("Consuming.java prints the last status of each turn", async () => {
    const last = new Map<string, string>();
    for (const line of (await run("Consuming.java")).trim().split("\n")) takeStatus(line, last);
    expect(shownOf(last)).toEqual(statusesOf(TURNS));
  });

  it("the example's table is the same when it is killed after each few turns and started again", async () => {
    await finished(feed("whole.sqlite", "--once"), "turn-feed");
    expect(tableOf("whole.sqlite")).toEqual(TURNS);

    const printed: string[] = [];
    for (let round = 0; round < 4; round++) {
      const example = feed("killed.sqlite");
      const lines = createInterface({ input: example.stdout ?? process.stdin });
      let count = 0;
      for await (const line of lines) {
        printed.push(line);
        count += 1;
        if (count === 5) break;
      }
      example.kill("SIGKILL");
    }
    printed.push(...(await finished(feed("killed.sqlite", "--once"), "turn-feed")).trim().split("\n"));
    expect(tableOf("killed.sqlite")).toEqual(TURNS);
  });

  it("the example ends by itself when it is told to", async () => {
    const example = feed("told.sqlite");
    for await (const _line of createInterface({ input: example.stdout ?? process.stdin })) break;
    example.kill("SIGTERM");
    await finished(example, "turn-feed");
  });
});

async function finished(child: ChildProcess, name: string): Promise<string> {
  if (child.stdout === null || child.stderr === null) throw new Error("its output is not read");
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${name} ended with ${code}:\n${stdout}${stderr}`);
  return stdout;
}

/** `THREAD TURN STATUS` */
function takeStatus(line: string, last: Map<string, string>): void {
  const [threadId, turnId, status = ""] = line.split(" ");
  last.set(`${threadId} ${turnId}`, status);
}

function shownOf(last: ReadonlyMap<string, string>): string[] {
  return [...last].flatMap(([key, status]) => (status === "removed" ? [] : [`${key} ${status}`])).sort();
}

function statusesOf(turns: readonly ShownTurn[]): string[] {
  return turns.map(({ thread_id, turn_id, status }) => `${thread_id} ${turn_id} ${status}`).sort();
}

/** Reads what a program prints, up to so many statuses. */
async function untilPrinted(child: ChildProcess, last: Map<string, string>, count: number): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const lines = createInterface({ input: child.stdout ?? process.stdin });
  let printed = 0;
  lines.on("line", (line) => {
    if (line.startsWith("{")) return; // what kafkajs logs
    takeStatus(line, last);
    printed += 1;
    if (printed === count) resolve();
  });
  child.once("close", (code) => reject(new Error(`it ended with ${code}: ${JSON.stringify([...last])}`)));
  await promise;
  lines.removeAllListeners("line");
}
