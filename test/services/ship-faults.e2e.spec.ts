import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { rolloutName } from "../support/cli.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { PATIENCE } from "./support/group.ts";
import { type LoggedLine, loggedLines } from "./support/ship-log.ts";
import { IMPATIENT, ShipProcess } from "./support/ship-process.ts";

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
    sent = placed(await loggedLines(deployment));
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

    expect(placed(await loggedLines(deployment))).toEqual(sent);
  });
});
