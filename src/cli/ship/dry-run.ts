import { copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RecordMaker } from "../../producer/index.ts";
import type { Redactor } from "../../redaction/index.ts";
import { FileShipper, Follower, LineRecords, type RecordSink } from "../../ship/index.ts";
import { SqliteShipPositions } from "../../ship-positions/index.ts";
import { ExitCode } from "../exit-code.ts";
import type { Settings } from "../settings.ts";
import { tableLines } from "../table.ts";
import { followOptions, shipOptions } from "./options.ts";
import { positionsFile, type ShippedPaths } from "./places.ts";
import { ShipReport } from "./report.ts";

/** Says what would be shipped, as far as the file of positions tells; needs no service, and leaves everything as it is. */
export async function dryRun(paths: ShippedPaths, redactor: Redactor | null, settings: Settings): Promise<number> {
  const { config } = settings;
  const folder = mkdtempSync(join(tmpdir(), "thread-history-dry-run-"));
  const report = new ShipReport({
    isTerminal: process.stderr.isTTY === true,
    isFollowing: false,
    maxRecordBytes: config.producer.maxRecordBytes,
  });
  const records = new LineRecords(new RecordMaker({ maxRecordBytes: config.producer.maxRecordBytes }), redactor);
  try {
    const copy = join(folder, "positions.sqlite");
    const file = positionsFile(config, process.env);
    for (const end of ["", "-wal"]) if (existsSync(file + end)) copyFileSync(file + end, copy + end);
    using positions = new SqliteShipPositions(copy, null);
    const shipper = new FileShipper(positions, records, nowhere, shipOptions(config, true));
    await new Follower(followOptions(config, paths), positions, shipper, report.on).once(new AbortController().signal);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  report.clear();
  process.stdout.write(`${report.summary("would ship")}\n`);
  const rules = [...records.redacted].map(([rule, values]) => [rule, values]);
  const table = redactor === null ? [] : tableLines([["RULE", "VALUES REPLACED"], ...rules]);
  for (const line of table) process.stdout.write(`${line}\n`);
  return report.isIncomplete ? ExitCode.incomplete : ExitCode.done;
}

/** Takes everything and sends nothing. */
const nowhere: RecordSink = {
  send(records) {
    for (const _record of records); // each is made, so that what it would lack is told
    return Promise.resolve();
  },
  acknowledged: () => Promise.resolve(),
};
