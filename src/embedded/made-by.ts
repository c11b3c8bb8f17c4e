import { createHash } from "node:crypto";
import { embeddedTables } from "../sqlite/index.ts";

/**
 * Raised when observers make something else of the same lines, or keep their state otherwise: what an earlier version made is then
 * imported again. A test knows when that is due.
 */
export const OBSERVERS_VERSION = 1;

/** All that a file depends on beside the lines. `rules`: of redaction, as they are; null without. */
export function madeBy(rules: string | null): string {
  const tables = createHash("sha256").update(embeddedTables()).digest("hex").slice(0, 16);
  const redaction = rules === null ? "none" : createHash("sha256").update(rules).digest("hex").slice(0, 16);
  return `observers ${OBSERVERS_VERSION}, tables ${tables}, redaction ${redaction}`;
}
