import { z } from "zod";
import type { DeadLetterRow, Page, PageRequest } from "../read-model/index.ts";
import { deadLetterColumns } from "./columns.ts";
import type { SqlConnection } from "./connection.ts";
import { Cursors, keyNumber } from "./cursors.ts";
import { ordered, pageOf, past } from "./pages.ts";
import { deadLetterRow } from "./rows.ts";
import { every, raw, sql } from "./sql.ts";

const BY = [raw("d.recorded_at_ms"), raw("d.source_partition"), raw("d.source_offset"), raw("d.observer")];
const CURSORS = new Cursors(["dead letters"], z.tuple([keyNumber, keyNumber, keyNumber, z.string()]));

/** @throws BadCursorError */
export async function deadLettersPage(
  connection: SqlConnection,
  { cursor, limit, direction }: PageRequest,
): Promise<Page<DeadLetterRow>> {
  const where = every(past(BY, CURSORS.read(cursor), direction));
  const found = await connection.all(sql`SELECT ${deadLetterColumns("d")} FROM dead_letters AS d
    WHERE ${where} ORDER BY ${ordered(BY, direction)} LIMIT ${limit + 1}`);
  const keyed = found.map(deadLetterRow).map((entry) => {
    const { recordedAtMs, sourcePartition, sourceOffset, observer } = entry;
    return { entry, key: [recordedAtMs, sourcePartition, sourceOffset, observer] as const };
  });
  return pageOf(keyed, limit, CURSORS);
}
