import { isUtf8 } from "node:buffer";

/** What stands for a byte that is no UTF-8: a half of a surrogate pair, which no UTF-8 can spell. */
const STRAY_BYTE = 0xdc00;

/** Any bytes as text. What is not UTF-8 stands there byte by byte, so that places in the text are places in the bytes. */
export function textOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString("utf8");
  const parts: string[] = [];
  let whole = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = characterLength(bytes, at);
    if (length === 0) {
      parts.push(bytes.toString("utf8", whole, at), String.fromCharCode(STRAY_BYTE + (bytes[at] as number)));
      whole = at + 1;
    }
    at += Math.max(length, 1);
  }
  parts.push(bytes.toString("utf8", whole));
  return parts.join("");
}

/** Bytes of the character that begins here; 0 when none does. */
function characterLength(bytes: Buffer, at: number): number {
  const first = bytes[at] as number;
  if (first < 0x80) return 1;
  const length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  const character = bytes.subarray(at, at + length);
  return character.length === length && isUtf8(character) ? length : 0;
}

/** Answers, for ascending indexes of a text, how many bytes are before them. */
export function byteOffsets(text: string): (index: number) => number {
  let at = 0;
  let bytes = 0;
  return (index) => {
    const part = text.slice(at, index);
    // Only `textOf` makes texts that are not well formed, of bytes that are no UTF-8.
    bytes += part.isWellFormed() ? Buffer.byteLength(part) : strayByteLength(part);
    at = index;
    return bytes;
  };
}

function strayByteLength(text: string): number {
  let bytes = 0;
  for (const character of text) bytes += character.isWellFormed() ? Buffer.byteLength(character) : 1;
  return bytes;
}

/** Answers, for ascending offsets in UTF-8, how many units of its text are before them. */
export function textIndexes(bytes: Buffer): (offset: number) => number {
  let at = 0;
  let index = 0;
  return (offset) => {
    index += bytes.toString("utf8", at, offset).length;
    at = offset;
    return index;
  };
}
