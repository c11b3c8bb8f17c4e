import type { SingleBar } from "cli-progress";

/** Work that is done sooner shows no bar. */
const SHOW_AFTER_MS = 1000;
const MEGABYTE = 1e6;
const FORMAT = "{bar} {percentage}% | {value} of {total} MB";
/** How much there is of a stream is known at its end only. */
const FORMAT_OF_STREAM = "{value} MB read";

type Bars = typeof import("cli-progress");

/** A progress bar on a terminal, for work that takes long; nothing in pipes. */
export class Progress {
  readonly #bars: Bars | undefined;
  readonly #totalBytes: number;
  readonly #since = Date.now();
  #doneBytes = 0;
  #bar: SingleBar | undefined;

  /** What is needed to show a bar is loaded only then. */
  static async shown(isShown: boolean, totalBytes: number): Promise<Progress> {
    return new Progress(isShown ? await import("cli-progress") : undefined, totalBytes);
  }

  /** @param totalBytes 0 when unknown */
  constructor(bars: Bars | undefined, totalBytes: number) {
    this.#bars = bars;
    this.#totalBytes = totalBytes;
  }

  readonly advance = (bytes: number): void => {
    this.#doneBytes += bytes;
    if (this.#bar === undefined && this.#bars !== undefined && Date.now() - this.#since > SHOW_AFTER_MS)
      this.#bar = this.#started(this.#bars);
    this.#bar?.update(this.#done());
  };

  /** Takes the bar off the terminal, for something else to be written; it comes back with the next piece of work. */
  readonly clear = (): void => {
    this.#bar?.stop();
    this.#bar = undefined;
  };

  #started({ SingleBar, Presets }: Bars): SingleBar {
    const format = this.#totalBytes === 0 ? FORMAT_OF_STREAM : FORMAT;
    // The cursor and the wrapping of lines stay as they are: an interrupted run leaves the terminal in order.
    const look = { format, stream: process.stderr, clearOnComplete: true, hideCursor: false, linewrap: true };
    const bar = new SingleBar(look, Presets.shades_classic);
    bar.start(Math.round(this.#totalBytes / MEGABYTE), this.#done());
    return bar;
  }

  /** A file that was compressed, grows or is read again as a base may give more bytes than expected. */
  #done(): number {
    const bytes = this.#totalBytes === 0 ? this.#doneBytes : Math.min(this.#doneBytes, this.#totalBytes);
    return Math.round(bytes / MEGABYTE);
  }
}
