import { readModelTables } from "../../read-model-sql/index.ts";
import { SINK_TABLES } from "../sink-tables.ts";

/** A step from one version of the tables to the next. */
export interface Migration {
  readonly version: number;
  readonly sql: string;
}

/** All steps, in their order. One that was released is never changed: another one follows. */
export const MIGRATIONS: readonly Migration[] = [{ version: 1, sql: `${readModelTables("postgres")}\n${SINK_TABLES}` }];

/** The version that this release reads and writes. */
export const SCHEMA_VERSION = MIGRATIONS.length;
