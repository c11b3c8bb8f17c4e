/**
 * Memory for values that wait, and are let go of in the order in which they came. It is used again and again: what waits for
 * some time in memory of its own becomes old garbage, of which V8 lets 64 MB gather.
 */
export class ValueRing {
  readonly #memory: Buffer;
  /** Where the oldest value begins, and where the newest one ends. */
  #start = 0;
  #end = 0;
  #count = 0;

  constructor(bytes: number) {
    this.#memory = Buffer.allocUnsafeSlow(bytes);
  }

  /** A copy of a value, valid until it is let go of; the value itself when there is no room for it. */
  keep(value: Buffer): Buffer {
    const at = this.#placeFor(value.length);
    if (at === undefined) return value;
    value.copy(this.#memory, at);
    this.#end = at + value.length;
    this.#count += 1;
    return this.#memory.subarray(at, this.#end);
  }

  /** Lets go of the oldest value: `kept` is what `keep` gave for it. */
  release(kept: Buffer): void {
    if (kept.buffer !== this.#memory.buffer) return;
    this.#start = kept.byteOffset - this.#memory.byteOffset + kept.length;
    this.#count -= 1;
  }

  /** Behind the newest value, or before the oldest. */
  #placeFor(bytes: number): number | undefined {
    if (this.#count === 0) {
      this.#start = 0;
      this.#end = 0;
    }
    const isWrapped = this.#count > 0 && this.#end <= this.#start;
    if (bytes <= (isWrapped ? this.#start : this.#memory.length) - this.#end) return this.#end;
    return !isWrapped && bytes <= this.#start ? 0 : undefined;
  }
}
