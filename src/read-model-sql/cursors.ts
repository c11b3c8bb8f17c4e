import { hash } from "node:crypto";
import { z } from "zod";
import { BadCursorError } from "../read-model/index.ts";

/** Ours have at most a few hundred characters; what is longer is not looked into. */
const MAX_CURSOR_CHARACTERS = 4096;

/** Where in a list to go on: the key of an entry, and whether that entry is part of the page. */
export interface Place<Key> {
  readonly key: Key;
  readonly isInclusive: boolean;
}

/**
 * The cursors of one list, opaque to its readers. They hold the key of an entry and no count, so that entries that are added
 * or removed meanwhile do not move them.
 */
export class Cursors<Key extends readonly (string | number)[]> {
  readonly #list: string;
  readonly #shape: z.ZodType<readonly [string, boolean, Key]>;

  /** @param list what makes the list another than others: a cursor of one is refused by the others */
  constructor(list: readonly string[], key: z.ZodType<Key>) {
    this.#list = hash("sha256", JSON.stringify(list), "hex").slice(0, 16);
    this.#shape = z.tuple([z.literal(this.#list), z.boolean(), key]);
  }

  /** Goes on after the entry. */
  after(key: Key): string {
    return this.#write(key, false);
  }

  /** Goes on with the entry itself. */
  from(key: Key): string {
    return this.#write(key, true);
  }

  /** @throws BadCursorError */
  read(cursor: string | null): Place<Key> | null {
    if (cursor === null) return null;
    const found = this.#shape.safeParse(jsonIn(cursor));
    if (!found.success) throw new BadCursorError("the cursor is of another list, or damaged: begin without one");
    const [, isInclusive, key] = found.data;
    return { key, isInclusive };
  }

  #write(key: Key, isInclusive: boolean): string {
    return Buffer.from(JSON.stringify([this.#list, isInclusive, key])).toString("base64url");
  }
}

/** What the cursor says; undefined for what nobody here wrote. */
function jsonIn(cursor: string): unknown {
  if (cursor.length > MAX_CURSOR_CHARACTERS) return undefined;
  const bytes = Buffer.from(cursor, "base64url");
  if (bytes.toString("base64url") !== cursor) return undefined;
  try {
    return JSON.parse(bytes.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** A number that a key can hold. */
export const keyNumber: z.ZodType<number> = z.number().int().min(Number.MIN_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER);
