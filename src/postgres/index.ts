export { type Migrated, migratePostgres } from "./migrations/migrate.ts";
export { openPostgresReadModel, type PostgresReaderOptions } from "./reader.ts";
export { PostgresRowWriter } from "./row-writer.ts";
export { type PostgresSinkOptions, PostgresSinkStore } from "./sink-store.ts";
