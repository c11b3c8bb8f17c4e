import { migratePostgres } from "../../postgres/index.ts";
import { ExitCode } from "../exit-code.ts";
import { LineOutput, standardOutput } from "../output.ts";
import { demand, type Settings } from "../settings.ts";

/** Brings the tables to this release's version; answers the exit code. */
export async function runMigration(settings: Settings): Promise<number> {
  demand(settings, "postgres.url");
  const { postgres, sink } = settings.config;
  const { before, after } = await migratePostgres(postgres.url ?? "", sink.connectMs);
  const output = new LineOutput(standardOutput(() => undefined));
  output.line(
    before === after ? `the tables are of version ${after} already` : `the tables are now of version ${after}`,
  );
  await output.end();
  return ExitCode.done;
}
