import { generationStart, nthOf, rowVersion } from "../read-model/index.ts";
import {
  AvroDecoder,
  type DecodedMutation as Decoded,
  SchemaRegistry,
  type UnknownSchema,
} from "../schema-registry/index.ts";
import type { DecodedMutation, MutationDecoder } from "./decoded.ts";

/** A decoder that asks a schema registry. */
export function openDecoder(schemaRegistryUrl: string): MutationDecoder {
  const decoder = new AvroDecoder(new SchemaRegistry({ url: schemaRegistryUrl }));
  return { decode: async (value) => outcomeOf(await decoder.fetching(() => decoder.decodeMutation(value))) };
}

function outcomeOf(decoded: Exclude<Decoded, UnknownSchema>): DecodedMutation {
  if (decoded.outcome === "mutation") return versioned(decoded);
  if (decoded.outcome === "reset") return { ...decoded, version: generationStart(decoded.generation) };
  return { outcome: "unreadable", code: decoded.code, reason: decoded.reason };
}

/** A mutation of another program may have an id or numbers that no version can be made of. */
function versioned(decoded: Extract<Decoded, { readonly outcome: "mutation" }>): DecodedMutation {
  const { mutation, sourceOffset } = decoded;
  try {
    return { ...decoded, version: rowVersion(mutation.generation, sourceOffset, nthOf(mutation.mutationId)) };
  } catch (error) {
    return {
      outcome: "unreadable",
      code: "incompatible-schema",
      reason: error instanceof Error ? error.message : String(error),
    };
  }
}
