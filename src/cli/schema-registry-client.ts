import type { Config } from "../config/index.ts";
import { checkSchemas, idsOf, type SchemaIds, SchemaRegistry } from "../schema-registry/index.ts";
import { NotYetError } from "./not-yet-error.ts";
import { fileText, secretIn } from "./secret-file.ts";

/** The schema registry, as configured. @throws CliError when a file cannot be read */
export function schemaRegistry({ schemaRegistry: { url, username, passwordFile, caFile } }: Config): SchemaRegistry {
  return new SchemaRegistry({
    url: url ?? "",
    username: username ?? undefined,
    password: passwordFile === null ? undefined : secretIn(passwordFile, "schemaRegistry.passwordFile"),
    ca: caFile === null ? undefined : fileText(caFile, "schemaRegistry.caFile"),
  });
}

/**
 * The ids to write with.
 *
 * @throws CliError that names what is not registered
 * @throws RegistryUnavailableError
 */
export async function schemaIds(registry: SchemaRegistry, prefix: string): Promise<SchemaIds> {
  const statuses = await checkSchemas(registry, prefix);
  try {
    return idsOf(statuses);
  } catch (error) {
    throw new NotYetError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
