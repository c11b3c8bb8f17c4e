import { z } from "zod";
import type { PageRequest } from "../read-model/index.ts";
import type { ApiLimits } from "./options.ts";

/** What requests may ask, and what is taken where they say nothing. */

/** Longer than any cursor that is given out. */
const LONGEST_CURSOR = 2_000;
const LONGEST_TEXT = 1_000;
/** Values of a parameter that may be repeated. */
const MOST_VALUES = 100;

const cursor = z.string().min(1).max(LONGEST_CURSOR).optional().describe("From an earlier answer.");
const direction = z.enum(["ascending", "descending"]);
const words = z.string().min(1).max(LONGEST_TEXT);
/** One value, or several: a parameter may be repeated. */
const values = z
  .union([words, z.array(words).max(MOST_VALUES)])
  .default([])
  .transform((value) => (typeof value === "string" ? [value] : value));
const RFC_3339 = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?(?:Z|[+-]\d{2}:\d{2})$/i;
const time = z
  .string()
  .max(LONGEST_TEXT)
  .transform((value) => (/^\d+$/.test(value) ? Number(value) : RFC_3339.test(value) ? Date.parse(value) : Number.NaN))
  .refine((ms) => Number.isSafeInteger(ms), { error: "is no time: milliseconds since the epoch, or RFC 3339" })
  .optional()
  .describe("Milliseconds since the epoch, or RFC 3339.");
const itemsView = z
  .enum(["notLoaded", "summary", "full"])
  .describe("How much of its items a turn carries; `summary`: the first user message and the final answer.");

export function queriesWithin({ pageSize, maxPageSize }: ApiLimits) {
  const limit = z.coerce.number().int().min(1).max(maxPageSize).default(pageSize).describe("Most entries of the page.");
  const page = { cursor, limit };
  return {
    threads: z.strictObject({
      ...page,
      direction: direction.default("descending"),
      sortBy: z.enum(["createdAt", "updatedAt"]).default("updatedAt"),
      cwd: values.describe("Working directories, exactly."),
      sourceKind: values,
      modelProvider: values,
      status: values.describe("Of the last turn."),
      from: time,
      to: time,
      parentThreadId: words.optional(),
      search: words.optional().describe("Words that messages of the thread hold, all of them."),
      previewContains: words.optional(),
    }),
    turns: z.strictObject({
      ...page,
      direction: direction.default("ascending"),
      itemsView: itemsView.default("summary"),
    }),
    turn: z.strictObject({ itemsView: itemsView.default("full") }),
    items: z.strictObject({ ...page, direction: direction.default("ascending"), turnId: words.optional() }),
    changes: z.strictObject({ after: cursor, limit }),
    events: z.strictObject({ after: cursor }),
    search: z.strictObject({ q: words.describe("Words, all of which a message holds."), limit }),
    newest: z.strictObject(page),
    none: z.strictObject({}),
  };
}

export function pageRequest(query: {
  readonly cursor?: string | undefined;
  readonly limit: number;
  readonly direction: PageRequest["direction"];
}): PageRequest {
  return { cursor: query.cursor ?? null, limit: query.limit, direction: query.direction };
}
