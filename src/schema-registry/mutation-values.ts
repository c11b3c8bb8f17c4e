import type { Integer } from "../json/index.ts";
import type { Mutation } from "../projections/index.ts";
import { UnreadableValueError } from "./decode-value.ts";
import { type AvroLifecycle, lifecycleFromAvro, lifecycleToAvro } from "./lifecycle-values.ts";
import { exact } from "./numbers.ts";
import {
  type AvroThreadItem,
  type AvroTurnSummary,
  threadItemFromAvro,
  threadItemToAvro,
  turnSummaryFromAvro,
  turnSummaryToAvro,
} from "./turn-values.ts";

/** A mutation with what its record tells beside it. */
export interface PublishedMutation {
  readonly mutation: Mutation;
  /** Offset of the source record in the partition of the same number of the input. */
  readonly sourceOffset: number;
  /** Bytes of long strings left out; 0 when it is whole. */
  readonly elidedBytes: number;
}

/** A thread is built anew: all its rows of older generations are void. */
export interface PublishedReset {
  readonly threadId: string;
  readonly generation: number;
}

interface AvroMutation<Payload = AvroThreadItem | AvroTurnSummary | AvroLifecycle> {
  readonly mutationId: string;
  readonly generation: Integer;
  readonly threadId: string;
  readonly rolloutId: string;
  readonly sourcePosition: Integer;
  readonly sourceOffset: Integer;
  readonly occurredAt: string;
  readonly observerVersion: Integer;
  readonly schema_version: Integer;
  readonly elidedBytes: Integer;
  readonly payload: Payload;
}

export function mutationToAvro({ mutation, sourceOffset, elidedBytes }: PublishedMutation): AvroMutation {
  return {
    mutationId: mutation.mutationId,
    generation: mutation.generation,
    threadId: mutation.threadId,
    rolloutId: mutation.rolloutId,
    sourcePosition: mutation.sourcePosition,
    sourceOffset,
    occurredAt: mutation.occurredAt,
    observerVersion: mutation.observerVersion,
    schema_version: mutation.schema_version,
    elidedBytes,
    payload: payloadToAvro(mutation),
  };
}

function payloadToAvro({ type, payload }: Mutation): AvroMutation["payload"] {
  switch (type) {
    case "thread_item":
      return threadItemToAvro(payload);
    case "turn_summary":
      return turnSummaryToAvro(payload);
    case "lifecycle":
      return lifecycleToAvro(payload);
  }
}

/** What a record says of its thread as a whole; null when it is about one row. */
export function resetFromAvro(value: AvroMutation): PublishedReset | null {
  const { payload } = value;
  if (!("mutationKind" in payload) || payload.mutationKind !== "reset") return null;
  checkVersion(value);
  return { threadId: value.threadId, generation: exact(value.generation, "generation") };
}

function checkVersion({ schema_version: version }: AvroMutation): 1 {
  if (version !== 1) throw new UnreadableValueError(`schema_version is ${version}: read it with a newer release`);
  return version;
}

/** The mutation that was published, its keys in their order: its canonical JSON is the same. */
export function mutationFromAvro(type: Mutation["type"], value: AvroMutation): PublishedMutation {
  const version = checkVersion(value);
  const mutation = {
    mutationId: value.mutationId,
    generation: exact(value.generation, "generation"),
    threadId: value.threadId,
    rolloutId: value.rolloutId,
    sourcePosition: exact(value.sourcePosition, "sourcePosition"),
    occurredAt: value.occurredAt,
    observerVersion: exact(value.observerVersion, "observerVersion"),
    type,
    schema_version: version,
    payload: payloadFromAvro(type, value.payload),
  } as Mutation;
  return {
    mutation,
    sourceOffset: exact(value.sourceOffset, "sourceOffset"),
    elidedBytes: exact(value.elidedBytes, "elidedBytes"),
  };
}

function payloadFromAvro(type: Mutation["type"], payload: unknown): Mutation["payload"] {
  switch (type) {
    case "thread_item":
      return threadItemFromAvro(payload as AvroThreadItem);
    case "turn_summary":
      return turnSummaryFromAvro(payload as AvroTurnSummary);
    case "lifecycle":
      return lifecycleFromAvro(payload as AvroLifecycle);
  }
}
