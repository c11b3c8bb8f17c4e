import { AppendRefusedError } from "./errors.ts";

/** A rollout line: its text or its bytes, without newline; or an object that is written as JSON. */
export type AppendedLine = string | Uint8Array | object;

const NEWLINE = 0x0a;

/**
 * The bytes of each line. They are not copied where they are bytes already.
 *
 * @throws AppendRefusedError that says which line, and why
 */
export function bytesOf(lines: readonly AppendedLine[]): Buffer[] {
  return lines.map((line, at) => {
    const refused = (what: string, cause?: unknown): AppendRefusedError =>
      new AppendRefusedError(`line ${at + 1} of ${lines.length} ${what}; none was appended`, { cause });
    const bytes = isBytes(line) ? bytesIn(line) : Buffer.from(typeof line === "string" ? line : jsonOf(line, refused));
    if (bytes.includes(NEWLINE)) throw refused("holds a newline: give each line by itself, without its newline");
    if (typeof line === "string" && !line.isWellFormed())
      throw refused("holds half a surrogate pair, which UTF-8 cannot write");
    return bytes;
  });
}

function isBytes(line: AppendedLine): line is Uint8Array {
  return line instanceof Uint8Array;
}

function bytesIn(line: Uint8Array): Buffer {
  return Buffer.isBuffer(line) ? line : Buffer.from(line.buffer, line.byteOffset, line.byteLength);
}

function jsonOf(item: object, refused: (what: string, cause?: unknown) => AppendRefusedError): string {
  if (typeof item !== "object" || item === null || Array.isArray(item))
    throw refused("is no text, no bytes and no object");
  try {
    const json: unknown = JSON.stringify(item);
    if (typeof json === "string") return json;
  } catch (error) {
    throw refused("cannot be written as JSON", error);
  }
  throw refused("cannot be written as JSON");
}
