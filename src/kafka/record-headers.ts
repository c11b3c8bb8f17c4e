import type { IHeaders } from "kafkajs";

/** A record's headers, as text; of several of one name the last. Those without a value are left out. */
export type RecordHeaders = ReadonlyMap<string, string>;

export const NO_HEADERS: RecordHeaders = new Map();

/** What producers say of a line beside its envelope. */
export const LINE_HEADERS = {
  /** On the line at position 0: the name of the file that it was read from. */
  file: "file",
  /** Bytes of the values that were left out because no record could hold the line. */
  elidedBytes: "elided-bytes",
  /** How many values were replaced before the line left its machine. */
  redactedValues: "redacted-values",
} as const;

/** Headers as kafkajs reads them. */
export function headersFrom(read: IHeaders = {}): RecordHeaders {
  const headers = new Map<string, string>();
  for (const [name, values] of Object.entries(read)) {
    const last = Array.isArray(values) ? values.at(-1) : values;
    if (last !== undefined && last !== null) headers.set(name, last.toString());
  }
  return headers;
}
