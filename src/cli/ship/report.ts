import type { LineLack, ShipEvent } from "../../ship/index.ts";
import { Progress } from "../progress.ts";
import { complain, counted, messageOf } from "../terminal.ts";

/** Tells people what is shipped: a bar on a terminal while history is sent, and what is not as it should be. */
export class ShipReport {
  /** Whether anything could not be read. */
  isIncomplete = false;
  readonly #maxRecordBytes: number;
  readonly #limitName: string;
  readonly #isTerminal: boolean;
  readonly #isFollowing: boolean;
  readonly #since = performance.now();
  readonly #files = new Set<string>();
  /** By path, so that the same is not said again and again. */
  readonly #said = new Map<string, string>();
  readonly #waiting = new Set<string>();
  #progress: Progress | undefined;
  #lines = 0;
  #bytes = 0;

  /** `limitName`: the setting that is `maxRecordBytes`. */
  constructor(options: {
    readonly isTerminal: boolean;
    readonly isFollowing: boolean;
    readonly maxRecordBytes: number;
    readonly limitName?: string;
  }) {
    this.#maxRecordBytes = options.maxRecordBytes;
    this.#limitName = options.limitName ?? "producer.maxRecordBytes";
    this.#isTerminal = options.isTerminal;
    this.#isFollowing = options.isFollowing;
  }

  readonly on = (event: ShipEvent): void => {
    switch (event.type) {
      case "found":
        void Progress.shown(this.#isTerminal, event.bytes).then((progress) => {
          this.#progress = progress;
        });
        break;
      case "shipped":
        this.#shipped(event);
        break;
      case "problem":
        this.#isProblem(event.path, messageOf(event.error));
        break;
      case "caught-up":
        this.clear();
        this.#progress = undefined;
        if (this.#isFollowing) complain(`${this.summary("shipped")}; follows what comes`);
        break;
    }
  };

  /** Takes the bar off the terminal. */
  clear(): void {
    this.#progress?.clear();
  }

  /** What was done so far. */
  summary(verb: string): string {
    const seconds = ((performance.now() - this.#since) / 1000).toFixed(1);
    const megabytes = (this.#bytes / 1e6).toFixed(1);
    return `${verb} ${counted(this.#files.size, "file")}: ${counted(this.#lines, "line")}, ${megabytes} MB in ${seconds} s`;
  }

  #shipped({ path, shipped }: Extract<ShipEvent, { readonly type: "shipped" }>): void {
    this.#progress?.advance(shipped.bytes);
    if (shipped.lines > 0) this.#files.add(path);
    this.#lines += shipped.lines;
    this.#bytes += shipped.bytes;
    for (const [position, lack] of shipped.lacking) this.#lacks(path, position, lack);
    if (shipped.replaced !== null)
      this.#say(path, `its content was replaced: it is shipped from its beginning, as ${shipped.replaced}`);
    else if (shipped.state === "waits" || shipped.state === "settles") this.#waits(path);
    else if (shipped.state === "copy")
      this.#say(path, "is a copy of what another file of this rollout holds: nothing of it is shipped");
    else {
      this.#said.delete(path);
      this.#waiting.delete(path);
    }
  }

  #lacks(path: string, position: number, { bytes, elidedBytes }: LineLack): void {
    const what = `line ${position + 1} has ${bytes} bytes, more than ${this.#limitName} (${this.#maxRecordBytes}):`;
    this.clear();
    if (elidedBytes === null) complain(`${path}: ${what} a marker with its size and hash takes its place`);
    else complain(`${path}: ${what} ${elidedBytes} bytes of its longest values, which no observer reads, are left out`);
  }

  /** Said the second time only: to be seen half written for a moment is common. */
  #waits(path: string): void {
    if (this.#waiting.has(path)) this.#say(path, "its last line is not whole yet: it is left out until it is");
    this.#waiting.add(path);
  }

  #isProblem(path: string, what: string): void {
    this.isIncomplete = true;
    this.#say(path, what);
  }

  #say(path: string, what: string): void {
    if (this.#said.get(path) === what) return;
    this.#said.set(path, what);
    this.clear();
    complain(what.startsWith(path) ? what : `${path}: ${what}`);
  }
}
