export { EmbeddedError } from "./embedded-error.ts";
export { EmbeddedHistory } from "./embedded-history.ts";
export { lockEmbedded } from "./embedded-lock.ts";
export { embeddedTables } from "./embedded-tables.ts";
export type { Crashes, ObserverChanges, RecordPlace } from "./observer-changes.ts";
export { openSqliteReadModel } from "./reader.ts";
export { SqliteRowWriter } from "./row-writer.ts";
