export { migratePostgres } from "./migrations/migrate.ts";
export { openPostgresReadModel } from "./reader.ts";
export { PostgresRowWriter } from "./row-writer.ts";
export { PostgresSinkStore } from "./sink-store.ts";
