import { command } from "../worker/command.ts";
import { realMix } from "../worker/input.ts";
import { Installation } from "../worker/installation.ts";
import { BenchDatabase } from "./database.ts";
import { type Sunk, sinking } from "./sinking.ts";

export interface Round extends Sunk {
  /** Rows that the tables hold afterwards. */
  readonly tableRows: number;
  /** What COPY of these rows into the emptied tables took, one table after the other. */
  readonly copySeconds: number;
  /** The same, all tables at the same time. */
  readonly copyAtOnceSeconds: number;
}

/** Sink and COPY in turns: whatever else the machine does meets both. */
export async function measure(records: number, rounds: number): Promise<Round[]> {
  await using installation = await Installation.open("sink");
  const { prefix } = installation;
  await installation.publish(realMix(records));
  await command("worker", "--once", "--prefix", prefix, "--set", "http.port=0", "--log-level", "error");
  const measured: Round[] = [];
  for (let round = 0; round < rounds; round++) {
    await using database = await BenchDatabase.make();
    const sunk = await sinking(prefix, database.url);
    await database.keep();
    const copySeconds = await database.copy();
    const copyAtOnceSeconds = await database.copyAtOnce();
    measured.push({ ...sunk, tableRows: await database.rows(), copySeconds, copyAtOnceSeconds });
  }
  return measured;
}
