import type { Resolver, Type } from "avsc";
import { incompatibilities } from "./compatibility.ts";
import { SCHEMA_NAMES, SCHEMAS, type SchemaIds, type SchemaName, schemaNamed } from "./schemas.ts";

/** Where schemas come from, by their ids. */
export interface SchemaSource {
  /**
   * The schema of an id; or, for good, why there is none that can be used.
   *
   * @throws RegistryUnavailableError when that cannot be told now
   */
  fetch(schemaId: number): Promise<FetchedSchema>;
}

export type FetchedSchema =
  | { readonly outcome: "schema"; readonly type: Type }
  | { readonly outcome: "unusable"; readonly reason: string };

/** How values of one writer's schema are read: as which of ours, or why not at all. */
export type KnownSchema =
  | {
      readonly outcome: "readable";
      readonly name: SchemaName;
      /** Null when the writer's is our own. */
      readonly resolver: Resolver | null;
    }
  | { readonly outcome: "unusable"; readonly reason: string };

/** What is known of the schemas that values name; each is fetched, judged and prepared once. */
export class KnownSchemas {
  readonly #source: SchemaSource;
  readonly #known = new Map<number, KnownSchema>();
  readonly #fetching = new Map<number, Promise<void>>();

  /** @param ids of our own schemas, where they are registered already */
  constructor(source: SchemaSource, ids: Partial<SchemaIds> = {}) {
    this.#source = source;
    for (const name of SCHEMA_NAMES) {
      const id = ids[name];
      if (id !== undefined) this.#known.set(id, { outcome: "readable", name, resolver: null });
    }
  }

  find(schemaId: number): KnownSchema | undefined {
    return this.#known.get(schemaId);
  }

  /** Makes a schema known. Asked for several times at once, the source is asked once. */
  fetch(schemaId: number): Promise<void> {
    if (this.#known.has(schemaId)) return Promise.resolve();
    const underWay = this.#fetching.get(schemaId);
    if (underWay !== undefined) return underWay;
    const fetching = this.#fetch(schemaId).finally(() => this.#fetching.delete(schemaId));
    this.#fetching.set(schemaId, fetching);
    return fetching;
  }

  async #fetch(schemaId: number): Promise<void> {
    const fetched = await this.#source.fetch(schemaId);
    this.#known.set(schemaId, fetched.outcome === "unusable" ? fetched : judge(fetched.type));
  }
}

function judge(writer: Type): KnownSchema {
  const name = schemaNamed(writer.name);
  if (name === undefined) {
    const found = writer.name ?? writer.typeName;
    return { outcome: "unusable", reason: `it is ${found}, which is no schema of this project` };
  }
  const reader = SCHEMAS[name].type;
  if (reader.equals(writer)) return { outcome: "readable", name, resolver: null };
  const problems = incompatibilities(reader, writer);
  if (problems.length > 0) return { outcome: "unusable", reason: problems.join("; ") };
  return { outcome: "readable", name, resolver: reader.createResolver(writer) };
}
