import { randomBytes } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, openSync, renameSync, unlinkSync, writeSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { OutputError, reasonOf, UnusableOutputError } from "../output.ts";

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
/** File systems that know no second name of a file. */
const NO_LINKS: readonly unknown[] = ["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"];

/** A file beside the one that it is to become. Nobody meets half of it; unless it was put in place, it vanishes. */
export class TemporaryFile implements Disposable {
  readonly path: string;
  readonly #target: string;
  readonly #descriptor: number;
  #isThere = true;
  readonly #vanish = (signal: NodeJS.Signals): void => {
    this.#remove();
    process.kill(process.pid, signal); // this was asked once: now the signal does what it does
  };

  /** @throws UnusableOutputError */
  constructor(target: string) {
    this.#target = target;
    this.path = join(dirname(target), `.${basename(target).slice(0, 200)}.${randomBytes(4).toString("hex")}.part`);
    try {
      this.#descriptor = openSync(this.path, "wx+", 0o600);
    } catch (error) {
      const why = `cannot write to ${target}: ${reasonOf(error)} (name another place)`;
      throw new UnusableOutputError(why, { cause: error });
    }
    for (const signal of SIGNALS) process.once(signal, this.#vanish);
  }

  /** @throws OutputError */
  write(bytes: Buffer, offset: number): void {
    this.#attempt(() => {
      for (let done = 0; done < bytes.length; )
        done += writeSync(this.#descriptor, bytes, done, bytes.length - done, offset + done);
    });
  }

  /**
   * Makes it the file that it was to become.
   *
   * @param replaces another one that is there
   * @throws OutputError
   */
  putInPlace(replaces: boolean): void {
    this.#attempt(() => {
      fsyncSync(this.#descriptor);
      if (replaces || !this.#linked()) renameSync(this.path, this.#target);
      else unlinkSync(this.path);
    });
    this.#isThere = false;
  }

  [Symbol.dispose](): void {
    for (const signal of SIGNALS) process.off(signal, this.#vanish);
    closeSync(this.#descriptor);
    this.#remove();
  }

  /** A link, unlike a new name, takes no other file's place. */
  #linked(): boolean {
    try {
      linkSync(this.path, this.#target);
      return true;
    } catch (error) {
      const hasNoLinks = error instanceof Error && "code" in error && NO_LINKS.includes(error.code);
      if (hasNoLinks && !existsSync(this.#target)) return false;
      throw error;
    }
  }

  #remove(): void {
    if (this.#isThere) unlinkSync(this.path);
    this.#isThere = false;
  }

  #attempt(act: () => void): void {
    try {
      act();
    } catch (error) {
      throw new OutputError(`cannot write to ${this.#target}: ${reasonOf(error)}`, { cause: error });
    }
  }
}
