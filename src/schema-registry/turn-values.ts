import { type Integer, JsonText, stringify } from "../json/index.ts";
import type { ThreadItemPayload, TurnSummary, TurnSummaryPayload } from "../projections/index.ts";
import { UnreadableValueError } from "./decode-value.ts";
import { exact, known } from "./numbers.ts";

/** The payloads of thread-item and turn-summary mutations, as Avro values. */

type MutationKind = "upsert" | "tombstone" | "reset" | "unknown";

export interface AvroThreadItem {
  readonly turnId: string;
  readonly itemKey: string;
  readonly itemOrdinal: Integer;
  readonly mutationKind: MutationKind;
  readonly isOpen: boolean;
  readonly itemType: string | null;
  readonly materializedThreadItem: string | null;
}

export function threadItemToAvro(payload: ThreadItemPayload): AvroThreadItem {
  const text = payload.materializedThreadItem?.text ?? null;
  return {
    turnId: payload.turnId,
    itemKey: payload.itemKey,
    itemOrdinal: payload.itemOrdinal,
    mutationKind: payload.mutationKind,
    isOpen: payload.isOpen,
    itemType: text === null ? null : typeOfItem(text),
    materializedThreadItem: text,
  };
}

/** An item's JSON begins with its type. */
const ITEM_TYPE = /^\{"type":"(\w+)"/;

function typeOfItem(text: string): string | null {
  return ITEM_TYPE.exec(text)?.[1] ?? null;
}

export function threadItemFromAvro(value: AvroThreadItem): ThreadItemPayload {
  return {
    turnId: value.turnId,
    itemKey: value.itemKey,
    itemOrdinal: exact(value.itemOrdinal, "itemOrdinal"),
    mutationKind: rowKind(value.mutationKind),
    isOpen: value.isOpen,
    materializedThreadItem: value.materializedThreadItem === null ? null : new JsonText(value.materializedThreadItem),
  };
}

/** A reset is about the whole thread, and read before this (`resetFromAvro`). */
function rowKind(kind: MutationKind): "upsert" | "tombstone" {
  const read = known(kind, "mutationKind");
  if (read === "reset") throw new UnreadableValueError("mutationKind is reset: it has no row");
  return read;
}

export interface AvroTurnSummary {
  readonly turnId: string;
  readonly mutationKind: MutationKind;
  readonly mutation: {
    readonly status: TurnSummary["status"] | "unknown";
    readonly startedAt: Integer | null;
    readonly completedAt: Integer | null;
    readonly durationMs: Integer | null;
    readonly error: { readonly message: string; readonly codexErrorInfo: string | null } | null;
    readonly rootTurnId: string | null;
    readonly turnOrdinal: Integer;
  } | null;
}

export function turnSummaryToAvro({ turnId, mutation }: TurnSummaryPayload): AvroTurnSummary {
  if (mutation === null) return { turnId, mutationKind: "tombstone", mutation };
  const { error } = mutation;
  return {
    turnId,
    mutationKind: "upsert",
    mutation: {
      status: mutation.status,
      startedAt: mutation.startedAt,
      completedAt: mutation.completedAt,
      durationMs: mutation.durationMs,
      error: error === null ? null : { message: error.message, codexErrorInfo: errorInfoText(error.codexErrorInfo) },
      rootTurnId: mutation.rootTurnId,
      turnOrdinal: mutation.turnOrdinal,
    },
  };
}

export function turnSummaryFromAvro({ turnId, mutationKind, mutation }: AvroTurnSummary): TurnSummaryPayload {
  const kind = rowKind(mutationKind);
  if ((mutation === null) !== (kind === "tombstone"))
    throw new UnreadableValueError(`mutationKind is ${kind}, ${mutation === null ? "without" : "with"} a summary`);
  if (mutation === null) return { turnId, mutation };
  return {
    turnId,
    mutation: {
      status: known(mutation.status, "status"),
      startedAt: mutation.startedAt,
      completedAt: mutation.completedAt,
      durationMs: mutation.durationMs,
      error: shownErrorFromAvro(mutation.error),
      rootTurnId: mutation.rootTurnId,
      turnOrdinal: exact(mutation.turnOrdinal, "turnOrdinal"),
    },
  };
}

function shownErrorFromAvro(error: NonNullable<AvroTurnSummary["mutation"]>["error"]): TurnSummary["error"] {
  if (error === null) return null;
  const codexErrorInfo = errorInfoOf(error.codexErrorInfo);
  return { message: error.message, codexErrorInfo, additionalDetails: null, misalignment: null };
}

/** A name or an object, as JSON text. */
export function errorInfoText(info: string | object | null): string | null {
  return info === null ? null : stringify(info);
}

export function errorInfoOf(text: string | null): string | object | null {
  if (text === null) return null;
  const info = jsonValue(text);
  if (typeof info === "string" || (typeof info === "object" && info !== null)) return info;
  throw new UnreadableValueError("codexErrorInfo is neither a string nor an object");
}

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnreadableValueError("codexErrorInfo is no JSON", { cause: error });
  }
}
