/** A place in a text that moves on as sticky patterns match. */
export class TextCursor {
  at = 0;
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.at === this.#text.length;
  }

  get next(): string {
    return this.#text.charAt(this.at);
  }

  /** What the pattern matches here (its first group, if it has one), moving past it. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#text);
    if (match === null) return undefined;
    this.at = pattern.lastIndex;
    return match[1] ?? match[0];
  }

  takeFirst(patterns: readonly RegExp[]): string | undefined {
    for (const pattern of patterns) {
      const taken = this.take(pattern);
      if (taken !== undefined) return taken;
    }
    return undefined;
  }

  /** What stands between two marks; it does not move when the second mark is missing. */
  takeBetween(mark: RegExp, part: RegExp): string | undefined {
    const start = this.at;
    if (this.take(mark) === undefined) return undefined;
    const text = this.takeAll(part);
    if (this.take(mark) !== undefined) return text;
    this.at = start;
    return undefined;
  }

  /** Takes as often as the pattern matches. A loop here, not one in the pattern, which would need a stack as long as the text. */
  takeAll(pattern: RegExp): string {
    const taken: string[] = [];
    for (let part = this.take(pattern); part !== undefined; part = this.take(pattern)) taken.push(part);
    return taken.join("");
  }
}
