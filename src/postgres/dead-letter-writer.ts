import type pg from "pg";
import type { DeadLetterRow } from "../read-model/index.ts";
import type { SqlValue } from "../read-model-sql/index.ts";
import { arrayValue } from "./array-value.ts";

const COLUMNS: readonly (readonly [name: string, type: "text" | "bigint", of: (letter: DeadLetterRow) => SqlValue])[] =
  [
    ["observer", "text", (letter: DeadLetterRow) => letter.observer],
    ["source_partition", "bigint", (letter: DeadLetterRow) => letter.sourcePartition],
    ["source_offset", "bigint", (letter: DeadLetterRow) => letter.sourceOffset],
    ["code", "text", (letter: DeadLetterRow) => letter.code],
    ["reason", "text", (letter: DeadLetterRow) => letter.reason],
    ["thread_id", "text", (letter: DeadLetterRow) => letter.threadId],
    ["rollout_id", "text", (letter: DeadLetterRow) => letter.rolloutId],
    ["position", "bigint", (letter: DeadLetterRow) => letter.position],
    ["recorded_at_ms", "bigint", (letter: DeadLetterRow) => letter.recordedAtMs],
  ];

const KEY = ["observer", "source_partition", "source_offset"];
const NAMES = COLUMNS.map(([name]) => name);

const TEXT = `INSERT INTO dead_letters (${NAMES.join(", ")})
  SELECT * FROM unnest(${COLUMNS.map(([, type], n) => `$${n + 1}::${type}[]`).join(", ")})
  ON CONFLICT (${KEY.join(", ")}) DO UPDATE SET ${NAMES.map((name) => `${name} = excluded.${name}`).join(", ")}`;

/** Of one source record the last letter counts. */
export async function writeDeadLetters(
  client: Pick<pg.ClientBase, "query">,
  letters: readonly DeadLetterRow[],
): Promise<void> {
  const last = new Map(
    letters.map((letter) => [`${letter.observer}/${letter.sourcePartition}/${letter.sourceOffset}`, letter]),
  );
  if (last.size === 0) return;
  const values = COLUMNS.map(([, type, of]) => arrayValue(type, [...last.values()].map(of)));
  await client.query({ name: "write-dead-letters", text: TEXT, values });
}
