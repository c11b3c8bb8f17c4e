/** More words than anybody types; each is a list for the database to walk through. */
const MAX_WORDS = 32;

/** Runs of letters, digits and their marks. All else parts words: no operator of the database gets through. */
const WORD = /[\p{L}\p{N}\p{M}]+/gu;

export function wordsIn(text: string): readonly string[] {
  return [...new Set(text.match(WORD) ?? [])].slice(0, MAX_WORDS);
}
