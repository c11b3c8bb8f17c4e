import { z } from "zod";
import { DEFAULT_SINK_OPTIONS as PRESET } from "../../sinks/index.ts";
import { choice, whole } from "../setting.ts";

const MEBIBYTE = 1024 * 1024;

export const sinkSchema = z
  .strictObject({
    batchRecords: whole(
      PRESET.batchRecords,
      [1, 100_000],
      "Records written in one transaction. Beyond a few thousand nothing is gained.",
    ),
    batchBytes: whole(
      PRESET.batchBytes,
      [65_536, 256 * MEBIBYTE],
      "Bytes of records written in one transaction; one batch is written and one gathered for each partition, so much memory it takes.",
    ),
    batchMs: whole(
      PRESET.batchMs,
      [0, 10_000],
      "How long records gather while nothing is being written: what a change is seen later at most. Less costs more transactions.",
    ),
    connections: whole(
      4,
      [1, 1_000],
      "Connections of a sink process to the database: so many partitions write at once. More than the server has cores gains nothing.",
    ),
    connectMs: whole(10_000, [100, 300_000], "How long connecting to the database may take."),
    statementMs: whole(
      60_000,
      [1_000, 3_600_000],
      "A statement that takes longer counts as failed: the server hangs, or the connection is gone. Of a batch that takes longer, half is tried next.",
    ),
    onUnreadable: choice(
      PRESET.onUnreadable,
      ["stop", "skip"],
      "What to do with a record that cannot be read: stop the partition and say so, or leave it out, say so and count it.",
    ),
    onLostOffset: choice(
      PRESET.onLostOffset,
      ["stop", "start-over"],
      "What to do when the log does not hold the place to go on from, or another record than the one that was read there: stop the partition and say so, or read all that there is.",
    ),
  })
  .prefault({});
