import { appendFileSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import { BASE, rolloutName, SAMPLES, THREAD } from "../support/cli.ts";
import { mutationsOf, observedLines } from "../support/threads.ts";
import { scratch } from "./support/importing.ts";
import { rowsIn, rowsOf } from "./support/rows.ts";
import { StartProcess, startOnce } from "./support/start-process.ts";

const LINES = readFileSync(join(SAMPLES, BASE), "utf8").trimEnd().split("\n");
const ID = "01a203c5-0841-7250-b2ce-1b5212076eb0";
const PATIENCE = { timeout: 20_000, interval: 10 };

function places() {
  const place = scratch();
  const sessions = join(place, "codex", "sessions");
  mkdirSync(sessions, { recursive: true });
  const data = join(place, "data");
  return {
    codex: join(place, "codex"),
    sessions,
    data,
    file: join(data, "history.sqlite"),
    rollout: join(sessions, BASE),
  };
}

const written = (lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");
const rowsOfLines = (lines: readonly string[]) =>
  rowsOf(ID, mutationsOf(observedLines(ID, [{ rolloutId: ID, lines }])));

describe("thread-history start", () => {
  it("follows what is written, while it runs", async () => {
    const { sessions, data, file, rollout } = places();
    writeFileSync(rollout, written(LINES.slice(0, 10)));
    const start = StartProcess.started(["--data", data, sessions]);
    await start.says("follows what comes");
    expect(rowsIn(file).get(ID)).toEqual(rowsOfLines(LINES.slice(0, 10)));

    appendFileSync(rollout, written(LINES.slice(10)));

    await vi.waitFor(() => expect(rowsIn(file).get(ID)).toEqual(rowsOfLines(LINES)), PATIENCE);
  });

  it("serves what it has, tells when all is in, and shows what comes", async () => {
    const { sessions, data, rollout } = places();
    writeFileSync(rollout, written(LINES.slice(0, 10)));
    const start = StartProcess.started(["--data", data, sessions]);
    const url = await start.url();
    const asked = async (path: string) => (await (await fetch(`${url}${path}`)).json()) as { readonly data: object[] };
    await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), PATIENCE);
    expect(await asked("/v1/threads")).toMatchObject({ data: [{ threadId: ID }] });
    expect(await asked("/v1/operations/observers")).toMatchObject({
      data: ["thread-item", "turn-summary", "lifecycle"].map((observer) => ({ observer, phase: "running" })),
    });

    appendFileSync(rollout, written(LINES.slice(10)));

    const last = rowsOfLines(LINES).items.length;
    await vi.waitFor(async () => {
      const { data: items } = await asked(`/v1/threads/${ID}/items?limit=500`);
      expect(items).toHaveLength(last);
    }, PATIENCE);
    await vi.waitFor(async () => {
      const { data: observers } = await asked("/v1/operations/observers");
      expect(observers).toEqual(
        observers.map((one) => ({ ...one, position: LINES.length, end: LINES.length, rebuildRemaining: null })),
      );
    }, PATIENCE);
  });

  it("says that its port is taken, and ends", async () => {
    const { sessions, data, rollout } = places();
    writeFileSync(rollout, written(LINES));
    const first = StartProcess.started(["--data", data, sessions]);
    const { port } = new URL(await first.url());

    const second = StartProcess.started(["--data", join(scratch(), "other"), "--port", port, sessions]);

    expect(await second.ended).toBe(2);
    expect(second.stderr).toContain(`cannot serve at 127.0.0.1:${port}: `);
  });

  it("commits what it read when it is told to stop, and goes on there", async () => {
    const { sessions, data, file, rollout } = places();
    writeFileSync(rollout, written(LINES.slice(0, 10)));
    const start = StartProcess.started(["--data", data, sessions]);
    await start.says("follows what comes");
    expect(await start.drain()).toBe(0);
    appendFileSync(rollout, written(LINES.slice(10)));

    const { code, stdout } = await startOnce("--data", data, sessions);

    expect(code).toBe(0);
    expect(stdout).toMatch(new RegExp(`^imported 1 file: ${LINES.length - 10} lines`));
    expect(rowsIn(file).get(ID)).toEqual(rowsOfLines(LINES));
  });

  it("takes the sessions of CODEX_HOME without any folder, those archived too", async () => {
    const { codex, rollout, data } = places();
    writeFileSync(rollout, written(LINES));
    const start = new StartProcess(["--once", "--data", data], { CODEX_HOME: codex });
    expect(await start.ended).toBe(0);
    expect(start.stdout).toMatch(new RegExp(`^imported 1 file: ${LINES.length} lines`));
  });

  it("takes the bundled samples where there are no sessions, and says so", async () => {
    const { data } = places();
    const start = new StartProcess(["--once", "--data", data], { CODEX_HOME: "/nowhere" });
    expect(await start.ended).toBe(0);
    expect(start.stderr).toBe(
      "thread-history: /nowhere: holds no sessions: shows the bundled samples (name folders, or set CODEX_HOME)\n",
    );
    expect(start.stdout).toMatch(/^imported 6 files: 304 lines, 0\.3 MB in /);
  });

  it("keeps what it makes of each set of folders by itself", async () => {
    const { sessions, rollout } = places();
    writeFileSync(rollout, written(LINES));
    const state = scratch();
    for (const folder of [sessions, SAMPLES]) {
      const start = new StartProcess(["--once", folder], { XDG_STATE_HOME: state });
      expect(await start.ended).toBe(0);
      expect(start.stdout).not.toMatch(/^imported 0 files/);
    }
  });

  it("leaves a folder to the process that has it", async () => {
    const { sessions, data, rollout } = places();
    writeFileSync(rollout, written(LINES));
    const first = StartProcess.started(["--data", data, sessions]);
    await first.says("follows what comes");

    expect(await startOnce("--data", data, sessions)).toEqual({
      code: 1,
      stdout: "",
      stderr: `thread-history: ${data}: another \`thread-history start\` uses this folder: stop that one, or give this one a folder of its own (--data)\n`,
    });
  });

  it("has the folder to itself again once that process was killed", async () => {
    const { sessions, data, rollout } = places();
    writeFileSync(rollout, written(LINES));
    const first = StartProcess.started(["--data", data, sessions]);
    await first.says("follows what comes");
    await first.kill();
    expect(await startOnce("--data", data, sessions)).toMatchObject({ code: 0 });
  });

  it("imports all again with --fresh", async () => {
    const { sessions, data, rollout } = places();
    writeFileSync(rollout, written(LINES));
    await startOnce("--data", data, sessions);
    const { stdout } = await startOnce("--fresh", "--data", data, sessions);
    expect(stdout).toMatch(new RegExp(`^imported 1 file: ${LINES.length} lines`));
  });

  it("ends with exit code 1 when --once could not read all, and says what", async () => {
    const { sessions, data } = places();
    cpSync(join(SAMPLES, BASE), join(sessions, BASE));
    const broken = join(sessions, `${rolloutName(THREAD)}.zst`);
    writeFileSync(broken, "this is not compressed");

    const { code, stderr, stdout } = await startOnce("--data", data, sessions);

    expect(code).toBe(1);
    expect(stderr).toContain(broken);
    expect(stdout).toMatch(/^imported 1 file/);
  });

  /** In KiB: it is full while the file is made, after one round, and after two. */
  it.each([250, 400, 700])(
    "says that the disk takes no more than %i KiB, and goes on when it does, with nothing lost",
    async (limit) => {
      const { data, file } = places();
      const limited = ["bash", "-c", `ulimit -S -f ${limit}; exec "$@"`, "--"];
      const start = StartProcess.started(["--data", data, SAMPLES], {}, limited);
      await start.says(`${file}: the disk gives or takes nothing`);
      await start.says("; tries again in 1 s, from where it was");

      start.liftLimit();

      await start.says("follows what comes");
      expect(await start.drain()).toBe(0);
      const other = join(scratch(), "data");
      await startOnce("--data", other, SAMPLES);
      expect(rowsIn(file)).toEqual(rowsIn(join(other, "history.sqlite")));
    },
  );

  it("refuses rules of redaction that it cannot read, before anything is done", async () => {
    const { sessions, data } = places();
    const { code, stderr } = await startOnce("--redact", "/nowhere.yaml", "--data", data, sessions);
    expect(code).toBe(2);
    expect(stderr).toContain("/nowhere.yaml");
  });

  it.each([
    ["tokens that it cannot read", ["--tokens", "/nowhere.yaml"], "/nowhere.yaml"],
    ["to serve everybody unasked", ["--host", "0.0.0.0"], "api.isOpen"],
  ])("refuses %s, before anything is done", async (_what, options, named) => {
    const { sessions, data } = places();
    const start = new StartProcess([...options, "--data", data, sessions]);
    expect(await start.ended).toBe(2);
    expect(start.stderr).toContain(named);
    expect(existsSync(data)).toBe(false);
  });
});
