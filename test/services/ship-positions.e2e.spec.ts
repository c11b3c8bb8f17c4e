import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { rolloutName } from "../support/cli.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { PATIENCE } from "./support/group.ts";
import { heldLines, type LoggedLine } from "./support/ship-log.ts";
import { IMPATIENT, ShipProcess } from "./support/ship-process.ts";
import { AGAIN, complaints, ShippedFolder } from "./support/shipped-folder.ts";

/** So much is written for the tables of a file of positions. */
const TABLES_BYTES = 16_000;

/** Lines as `rollout position: line`. */
function placed(lines: readonly LoggedLine[]): string[] {
  return lines.map(({ rolloutId, position, line }) => `${rolloutId} ${position}: ${line}`);
}

describe("positions that are lost", () => {
  const deployment = new Deployment({ ...servicesEnv(), ...IMPATIENT, THREAD_HISTORY_TOPICS_PARTITIONS: "1" });
  const folder = join(deployment.folder, "sessions");
  const positions = deployment.env.THREAD_HISTORY_SHIP_POSITIONS ?? "";
  let sent: string[];
  const lose = () => {
    for (const end of ["", "-wal", "-shm"]) rmSync(positions + end, { force: true });
  };

  beforeAll(async () => {
    await deployment.setUp();
    mkdirSync(folder);
    const file = join(folder, rolloutName());
    writeFileSync(file, `{"a":1}\n{"a":2}\n`);
    await deployment.run("ship", "--once", folder);
    writeFileSync(`${file}.tmp`, `{"b":1}\n{"b":2}\n{"b":3}\n`);
    renameSync(`${file}.tmp`, file);
    await deployment.run("ship", "--once", folder);
    sent = placed(await heldLines(deployment));
  });

  it("are found again in the log, those of a content that had replaced another, too: nothing is sent again", async () => {
    lose();

    expect(await deployment.run("ship", "--once", folder)).toMatch(/^shipped 0 files: 0 lines/);
  });

  it("are found by the next process when one is killed while it looks for them", async () => {
    lose();
    const killed = ShipProcess.started(deployment, [folder]);
    // Its tables are there now, empty; what they are to hold is still being read from the log.
    const written = () => statSync(`${positions}-wal`, { throwIfNoEntry: false })?.size;
    await vi.waitFor(() => expect(written()).toBeGreaterThan(TABLES_BYTES), { ...PATIENCE, interval: 1 });
    await killed.kill();

    await deployment.run("ship", "--once", folder);

    expect(placed(await heldLines(deployment))).toEqual(sent);
  });
});

describe("a file of positions", () => {
  const folder = new ShippedFolder(servicesEnv());
  const { positions } = folder;
  beforeAll(async () => {
    await folder.deployment.setUp();
    folder.write(4);
    expect(await folder.once()).toMatchObject({ code: 0 });
  });

  it("that is damaged is refused and left as it is; without it, all is found again in the log", async () => {
    const damaged = "x".repeat(10_000);
    for (const end of ["-wal", "-shm"]) rmSync(positions + end, { force: true });
    writeFileSync(positions, damaged);

    expect(await folder.once()).toEqual({
      code: 1,
      stdout: "",
      stderr: complaints(
        `${positions}: is no file of positions, or is damaged: move it away; what was shipped is then found in the log`,
      ),
    });
    expect(readFileSync(positions, "utf8")).toBe(damaged);
    renameSync(positions, `${positions}.damaged`);
    const { code, stdout } = await folder.once();

    expect(code).toBe(0);
    expect(stdout).toMatch(/^shipped 0 files: 0 lines/);
    await folder.arrived();
  });

  it("that another `ship` uses is left to that one", async () => {
    const first = folder.follow();
    await first.says("follows what comes");

    expect(await folder.once()).toEqual({
      code: 1,
      stdout: "",
      stderr: complaints(
        `${positions}: another \`ship\` uses it: stop that one, or give this one a file of its own (ship.positions)`,
      ),
    });
    folder.write(2);
    await folder.arrived();

    expect(await first.drain()).toBe(0);
  });

  it("that is about another topic is refused, and nothing is sent", async () => {
    const other = new ShippedFolder(servicesEnv());
    await other.deployment.setUp();
    other.write(1);

    const { code, stdout, stderr } = await other.once("--positions", positions);

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`${positions}: is about what was shipped to ${folder.topic} of cluster `);
    expect(stderr).toContain("use a file of its own for each (ship.positions)");
    expect(await heldLines(other.deployment)).toEqual([]);
  });

  it.each([
    ["where a folder is", () => folder.deployment.folder],
    ["below a file", () => join(folder.file, "positions.sqlite")],
    ["where nothing can be made", () => "/proc/positions.sqlite"],
  ])("%s cannot be: it says so", async (_where, place) => {
    expect(await folder.once("--positions", place())).toEqual({
      code: 1,
      stdout: "",
      stderr: complaints(
        `${place()}: cannot be written: see that its folder exists and is writable, or choose another (ship.positions)`,
      ),
    });
  });
});

/** A small disk of the process's own. */
const OWN_DISK = 'mount -t tmpfs -o size=256k none "$0" && exec "$@"';
const SMALL = 50_000;

/** How a disk comes to take nothing more. Not every machine lets a test mount one. */
const WAYS = [
  {
    rule: "that refuses what is written: it waits until it does not, and nothing is lost",
    within: () => [],
    fill: (ship: ShipProcess) => ship.limitFiles(SMALL),
    empty: (ship: ShipProcess) => ship.limitFiles("unlimited"),
    says: "the disk gives or takes nothing (its own fault, or a limit): nothing more is sent until it does, and nothing is lost; the system's log tells more",
  },
  {
    rule: "that is full: it waits for room, and nothing is lost",
    within: (disk: string) => ["unshare", "-rm", "sh", "-c", OWN_DISK, disk],
    fill: (ship: ShipProcess, disk: string) => {
      const { stderr } = spawnSync("dd", ["if=/dev/zero", `of=${ship.inside(join(disk, "filler"))}`, "bs=4k"]);
      expect(String(stderr)).toContain("No space left on device");
    },
    empty: (ship: ShipProcess, disk: string) => rmSync(ship.inside(join(disk, "filler"))),
    says: "the disk is full: nothing more is sent until there is room, and nothing is lost",
  },
].filter(({ rule }) => !rule.startsWith("that is full") || mayMount());

function mayMount(): boolean {
  return spawnSync("unshare", ["-rm", "mount", "-t", "tmpfs", "none", tmpdir()]).status === 0;
}

describe("positions on a disk", () => {
  it.each(WAYS)("$rule", async (disk) => {
    const folder = new ShippedFolder(servicesEnv());
    await folder.deployment.setUp();
    const place = join(folder.deployment.folder, "disk");
    mkdirSync(place);
    const path = join(place, "ship.sqlite");
    folder.write(2);
    const ship = folder.follow({ THREAD_HISTORY_SHIP_POSITIONS: path }, disk.within(place));
    await ship.says("shipped 1 file: 2 lines");

    disk.fill(ship, place);
    await vi.waitFor(() => {
      folder.write(50); // there is room for some notes still
      expect(ship.stderr).toContain(`${path}: ${disk.says}${AGAIN}`);
    }, PATIENCE);
    folder.write(50);
    disk.empty(ship, place);
    await folder.arrivedOrAgain();

    expect(await ship.drain()).toBe(0);
  });
});
