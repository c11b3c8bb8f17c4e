import { Presets, SingleBar } from "cli-progress";

/** Work that is done sooner shows no bar. */
const SHOW_AFTER_MS = 1000;
const MEGABYTE = 1e6;

/** A progress bar on a terminal, for work that takes long; nothing in pipes. */
export class Progress {
  readonly #totalBytes: number;
  readonly #since = Date.now();
  #doneBytes = 0;
  #bar: SingleBar | undefined;

  constructor(totalBytes: number) {
    this.#totalBytes = totalBytes;
  }

  readonly advance = (bytes: number): void => {
    this.#doneBytes += bytes;
    if (this.#bar === undefined && process.stderr.isTTY && Date.now() - this.#since > SHOW_AFTER_MS) this.#start();
    this.#bar?.update(Math.round(this.#doneBytes / MEGABYTE));
  };

  #start(): void {
    const format = "{bar} {percentage}% | {value} of {total} MB | {eta_formatted} left";
    this.#bar = new SingleBar(
      { format, stream: process.stderr, clearOnComplete: true, hideCursor: true },
      Presets.shades_classic,
    );
    this.#bar.start(Math.round(this.#totalBytes / MEGABYTE), 0);
  }

  stop(): void {
    this.#bar?.stop();
  }
}
