import { hash } from "node:crypto";

/**
 * An entry of an index has at most 2,704 bytes of Postgres' pages, and up to three texts are in one. Ids and folders are a tenth
 * of this, unless somebody plays tricks.
 */
const MAX_BYTES = 800;
const KEPT_CHARACTERS = 180;

/** What is seen of a folder that climbs somewhere (read-model-sql/scope.ts), when only its beginning is kept. */
const CLIMBS = "/../";

/** A text that indexes hold: of a longer one its beginning, and a hash that tells it from others. */
export function indexedText(text: string): string {
  if (text.length <= MAX_BYTES / 4 || Buffer.byteLength(text) <= MAX_BYTES) return text;
  const isClimbing = `${text.replaceAll("\\", "/")}/`.includes(CLIMBS);
  return `${text.slice(0, KEPT_CHARACTERS).toWellFormed()}…${isClimbing ? CLIMBS : ""}${hash("sha256", text, "hex")}`;
}
