import type { Config } from "../config/index.ts";
import {
  checkSchemas,
  envelopeSchemaId,
  idsOf,
  MissingSchemasError,
  type SchemaIds,
  SchemaRegistry,
} from "../schema-registry/index.ts";
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

/** The ids to write with. @throws NotYetError that names what is not registered; RegistryUnavailableError */
export async function schemaIds(registry: SchemaRegistry, prefix: string): Promise<SchemaIds> {
  return await registered(async () => idsOf(await checkSchemas(registry, prefix)));
}

/** The id to write rollout lines with. @throws as `schemaIds` */
export async function envelopeSchema(registry: SchemaRegistry, prefix: string): Promise<number> {
  return await registered(() => envelopeSchemaId(registry, prefix));
}

async function registered<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    if (!(error instanceof MissingSchemasError)) throw error;
    throw new NotYetError(error.message, { cause: error });
  }
}
