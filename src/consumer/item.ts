import type { ThreadItem } from "../history/index.ts";
import type { JsonText } from "../json/index.ts";

/** A value as `JSON.parse` gives it: integers as numbers, what is opaque as any JSON. */
type Parsed<T> = T extends bigint
  ? number
  : T extends readonly (infer Entry)[]
    ? readonly Parsed<Entry>[]
    : T extends object
      ? ParsedObject<T>
      : T;

/** Objects that have a text among other members are no `JsonText`; those of which nothing is known stay so. */
type ParsedObject<T extends object> = [keyof T] extends [never]
  ? T
  : [keyof T] extends [keyof JsonText]
    ? unknown
    : { readonly [Key in keyof T]: Parsed<T[Key]> };

/** An item's JSON, parsed. Newer agents may write kinds of items that are not among these: have a default branch. */
export type ParsedThreadItem = Parsed<ThreadItem>;

/** Parses an item. Numbers beyond 2^53 lose digits: to pass an item on, pass on its text. */
export function parseThreadItem({ text }: JsonText): ParsedThreadItem {
  return JSON.parse(text) as ParsedThreadItem;
}
