import { checkSchemas, registerSchemas, type SchemaStatus } from "../../schema-registry/index.ts";
import { ExitCode } from "../exit-code.ts";
import { schemaRegistry } from "../schema-registry-client.ts";
import { demand, type Settings } from "../settings.ts";
import { tableLines } from "../table.ts";

const ACTIONS = { check: checkSchemas, register: registerSchemas } as const;

export async function runSchemas(settings: Settings, action: keyof typeof ACTIONS): Promise<number> {
  demand(settings, "schemaRegistry.url");
  const statuses = await ACTIONS[action](schemaRegistry(settings.config), settings.config.prefix);
  const lines = tableLines([["SUBJECT", "STATE"], ...statuses.map((status) => [status.subject, stateOf(status)])]);
  process.stdout.write(`${lines.join("\n")}\n`);
  return statuses.every(({ state }) => state === "registered") ? ExitCode.done : ExitCode.incomplete;
}

function stateOf(status: SchemaStatus): string {
  switch (status.state) {
    case "registered":
      return `registered: id ${status.id}, version ${status.version}`;
    case "missing":
      return "missing: `thread-history schemas register` registers it";
    case "refused":
      return `refused: ${status.reasons.join("; ")}`;
  }
}
