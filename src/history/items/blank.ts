/**
 * What counts as white space (reduction §8, "Blank and trim"): the Unicode property White_Space.
 * `String.prototype.trim` differs: it strips U+FEFF, which is no white space, and keeps U+0085, which is.
 */

const NOT_WHITE = /\P{White_Space}/u;
const WHITE = /^\p{White_Space}$/u;

export function isBlank(text: string): boolean {
  return !NOT_WHITE.test(text);
}

export function trimWhite(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && WHITE.test(text.charAt(start))) start += 1;
  while (end > start && WHITE.test(text.charAt(end - 1))) end -= 1;
  return text.slice(start, end);
}
