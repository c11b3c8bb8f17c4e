import { incompatibilities } from "./compatibility.ts";
import type { SchemaRegistry } from "./registry.ts";
import { SCHEMA_NAMES, SCHEMAS, type SchemaIds, type SchemaName, subjectOf } from "./schemas.ts";

/** How one schema of this release stands with a registry. */
export type SchemaStatus = { readonly name: SchemaName; readonly subject: string } & (
  | { readonly state: "registered"; readonly id: number; readonly version: number }
  /** Fit to be registered, but not there yet. */
  | { readonly state: "missing" }
  | { readonly state: "refused"; readonly reasons: readonly string[] }
);

/**
 * How this release's schemas stand with a registry. Changes nothing.
 *
 * @throws RegistryUnavailableError
 */
export async function checkSchemas(registry: SchemaRegistry, prefix: string): Promise<readonly SchemaStatus[]> {
  const statuses: SchemaStatus[] = [];
  for (const name of SCHEMA_NAMES) statuses.push(await check(registry, name, subjectOf(name, prefix)));
  return statuses;
}

/**
 * Registers this release's schemas. What is there already stays as it is; what is refused does not keep the others back.
 *
 * @throws RegistryUnavailableError
 */
export async function registerSchemas(registry: SchemaRegistry, prefix: string): Promise<readonly SchemaStatus[]> {
  const statuses: SchemaStatus[] = [];
  for (const name of SCHEMA_NAMES) {
    const subject = subjectOf(name, prefix);
    const registration = await registry.register(subject, SCHEMAS[name].text);
    statuses.push(
      registration.outcome === "refused"
        ? { name, subject, state: "refused", reasons: [registration.reason] }
        : await check(registry, name, subject),
    );
  }
  return statuses;
}

async function check(registry: SchemaRegistry, name: SchemaName, subject: string): Promise<SchemaStatus> {
  const { text, type } = SCHEMAS[name];
  const id = await registry.idOf(subject, text);
  const versions = await registry.versions(subject);
  const registered = versions.find((version) => version.id === id);
  if (registered !== undefined) return { name, subject, state: "registered", ...registered };
  const reasons: string[] = [];
  for (const version of versions) {
    const other = await registry.fetch(version.id);
    const problems =
      other.outcome === "unusable"
        ? [other.reason]
        : [...incompatibilities(type, other.type), ...incompatibilities(other.type, type)];
    reasons.push(...problems.map((problem) => `version ${version.version}: ${problem}`));
  }
  return reasons.length > 0 ? { name, subject, state: "refused", reasons } : { name, subject, state: "missing" };
}

/** Schemas to write with are not registered. The message names them, and what to do. */
export class MissingSchemasError extends Error {
  override readonly name = "MissingSchemasError";

  constructor(subjects: readonly string[]) {
    super(`not in the schema registry: ${subjects.join(", ")}; run \`thread-history schemas register\``);
  }
}

/** The ids to write with. @throws MissingSchemasError */
export function idsOf(statuses: readonly SchemaStatus[]): SchemaIds {
  const ids = new Map(statuses.map((status) => [status.name, status.state === "registered" ? status.id : undefined]));
  const lacking = statuses.filter(({ state }) => state !== "registered").map(({ subject }) => subject);
  if (lacking.length > 0) throw new MissingSchemasError(lacking);
  return Object.fromEntries(SCHEMA_NAMES.map((name) => [name, ids.get(name)])) as SchemaIds;
}

/**
 * The id to write rollout lines with: all that their producers need.
 *
 * @throws MissingSchemasError, RegistryUnavailableError
 */
export async function envelopeSchemaId(registry: SchemaRegistry, prefix: string): Promise<number> {
  const name = "rollout-event";
  const status = await check(registry, name, subjectOf(name, prefix));
  if (status.state !== "registered") throw new MissingSchemasError([status.subject]);
  return status.id;
}
