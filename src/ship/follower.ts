import { existsSync, statSync } from "node:fs";
import { basename, dirname, sep } from "node:path";
import { isRolloutFileName, rolloutFile, UnreadableInputError } from "../rollout-files/index.ts";
import { systemClock } from "../time/index.ts";
import { type FoundFile, isGone, lookAt, lookThrough } from "./catalog.ts";
import { isSameFile } from "./file-mark.ts";
import { FolderWatch } from "./folder-watch.ts";
import type { ShipPositions } from "./incarnation.ts";
import type { FileShipper, ShippedLines } from "./ship-file.ts";
import { type ThreadFile, Threads } from "./threads.ts";
import { Turns } from "./turns.ts";

export interface FollowOptions {
  /** Absolute paths of folders and files. */
  readonly paths: readonly string[];
  /** Those of them that need not be there; they are looked for again. */
  readonly mayBeMissing: readonly string[];
  /** Whose history goes first: the threads whose files changed last, or those that did not for longest. */
  readonly order: "newest" | "oldest";
  /** How often everything is looked through: what a watch misses is found then. */
  readonly rescanMs: number;
  /** How long a file that gave nothing to go by, or could not be read, is left alone. */
  readonly retryMs: number;
}

export type ShipEvent =
  /** What is to be sent, as far as sizes tell. */
  | { readonly type: "found"; readonly files: number; readonly threads: number; readonly bytes: number }
  | { readonly type: "shipped"; readonly path: string; readonly shipped: ShippedLines }
  /** What was there at the start is sent. */
  | { readonly type: "caught-up" }
  /** A file or a folder that cannot be used now; it is tried again. */
  | { readonly type: "problem"; readonly path: string; readonly error: unknown };

/** Finds rollouts and sees that what is new in them is shipped, those of a thread in the order of their names (D19). */
export class Follower {
  readonly #options: FollowOptions;
  readonly #positions: ShipPositions;
  readonly #shipper: FileShipper;
  readonly #listener: (event: ShipEvent) => void;
  readonly #threads = new Threads();
  readonly #turns = new Turns();
  /** Threads to look at again, though nothing tells of a change. */
  readonly #later = new Set<string>();
  /** Threads that lack a file which was there: until when it may turn up in another place. */
  readonly #held = new Map<string, number>();
  #isSearchDue = false;
  /** While it follows. */
  #watch: FolderWatch | undefined;

  constructor(
    options: FollowOptions,
    positions: ShipPositions,
    shipper: FileShipper,
    listener: (event: ShipEvent) => void,
  ) {
    this.#options = options;
    this.#positions = positions;
    this.#shipper = shipper;
    this.#listener = listener;
  }

  /** Ships what is there now. @throws PositionsError, PublishError */
  async once(signal: AbortSignal): Promise<void> {
    await this.#findAll();
    await this.#shipAll(signal);
    if (this.#later.size > 0) {
      await sleep(this.#options.retryMs, signal);
      await this.#retry();
      await this.#shipAll(signal);
    }
    await this.#shipper.settled();
    this.#listener({ type: "caught-up" });
  }

  /** Ships what is there, then what comes, until `signal` aborts. @throws PositionsError, PublishError */
  async follow(signal: AbortSignal): Promise<void> {
    const { rescanMs, retryMs } = this.#options;
    const failed = new AbortController();
    const over = AbortSignal.any([signal, failed.signal]);
    this.#shipper.failed.catch((error: unknown) => failed.abort(error));
    using watch = new FolderWatch(
      (path) => void this.#touched(path).catch((error: unknown) => failed.abort(error)),
      (path, error) => this.#listener({ type: "problem", path, error }),
    );
    for (const path of this.#options.paths) if (!isFolder(path)) watch.add(dirname(path));
    this.#watch = watch;
    await this.#findAll();
    const work = [
      this.#shipAsItComes(over),
      every(rescanMs, over, () => this.#lookAgain()),
      every(retryMs, over, () => this.#retry()),
    ].map((part) => part.catch((error: unknown) => failed.abort(error)));
    await Promise.all(work);
    if (failed.signal.aborted) throw failed.signal.reason;
    await this.#shipper.settled();
  }

  async #shipAsItComes(over: AbortSignal): Promise<void> {
    await this.#shipAll(over);
    await this.#shipper.settled();
    this.#listener({ type: "caught-up" });
    while (!over.aborted) {
      await this.#turns.waiting(over);
      await this.#shipAll(over);
    }
  }

  async #shipAll(signal: AbortSignal): Promise<void> {
    for (let threadId = this.#turns.next(); threadId !== undefined; threadId = this.#turns.next()) {
      if (signal.aborted) return;
      await this.#shipThread(threadId);
    }
  }

  /**
   * A file that cannot be read, is being written anew, or was moved holds up those after it: lines of a later rollout make those
   * of an earlier one void.
   */
  async #shipThread(threadId: string): Promise<void> {
    if (this.#isHeld(threadId)) {
      this.#later.add(threadId);
      return;
    }
    for (const known of this.#threads.filesOf(threadId)) {
      // As it is now: lines may have come to it since it was found, and before the one after it was made.
      const found = lookAt(known.path);
      if (found === undefined) {
        this.#lose(known);
        return;
      }
      const file = found.type === "file" ? { ...known, ...found.file } : known;
      if (this.#isDone(file)) continue;
      const shipped = found.type === "problem" ? this.#unreadable(found) : await this.#shipFile(file);
      if (shipped === "gone") {
        this.#lose(file);
        return;
      }
      if (shipped === "unreadable" || shipped.state === "settles" || shipped.state === "waits")
        this.#later.add(threadId);
      if (shipped === "unreadable" || shipped.state === "settles") return;
      if (shipped.state === "more") {
        this.#turns.addHistory(threadId);
        return;
      }
    }
  }

  /** A file is not where it was: before its thread goes on without it, it is looked for everywhere. */
  #lose({ path, identity: { threadId } }: ThreadFile): void {
    this.#threads.drop(path);
    this.#held.set(threadId, Date.now() + this.#options.retryMs);
    this.#later.add(threadId);
    this.#isSearchDue = true;
  }

  #isHeld(threadId: string): boolean {
    const until = this.#held.get(threadId);
    if (until === undefined || Date.now() < until) return until !== undefined;
    this.#held.delete(threadId);
    return false;
  }

  async #shipFile(file: ThreadFile): Promise<ShippedLines | "gone" | "unreadable"> {
    const { path } = file;
    try {
      const shipped = await this.#shipper.ship(rolloutFile(path, file.bytes), file.identity);
      this.#listener({ type: "shipped", path, shipped });
      return shipped;
    } catch (error) {
      if (!(error instanceof UnreadableInputError)) throw error;
      if (isGone(error)) return "gone";
      return this.#unreadable({ type: "problem", path, error });
    }
  }

  #unreadable(problem: Extract<ShipEvent, { readonly type: "problem" }>): "unreadable" {
    this.#listener(problem);
    return "unreadable";
  }

  /** Whether a file is as it was when all of it was sent, and the broker has that. */
  #isDone(file: ThreadFile): boolean {
    const noted = this.#positions.file(file.path);
    if (noted?.isDone !== true || !isSameFile(file, noted)) return false;
    const incarnation = this.#positions.incarnation(file.identity.threadId, noted.rolloutId);
    return incarnation !== undefined && incarnation.shipped.offset === incarnation.sent.offset;
  }

  async #findAll(): Promise<void> {
    for (const path of this.#options.paths) await this.#look(path, () => undefined);
    this.#forgetMissing();
    const waiting = [...this.#threads.ids]
      .map((threadId) => ({ threadId, files: this.#threads.filesOf(threadId).filter((file) => !this.#isDone(file)) }))
      .filter(({ files }) => files.length > 0)
      .sort((a, b) => lastChange(b.files) - lastChange(a.files));
    if (this.#options.order === "oldest") waiting.reverse();
    for (const { threadId } of waiting) this.#turns.addHistory(threadId);
    const files = waiting.flatMap((thread) => thread.files);
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    this.#listener({ type: "found", files: files.length, threads: waiting.length, bytes });
  }

  /** Takes what there is at a path. `onThread`: a thread of which a file was found, and the file. */
  async #look(path: string, onThread: OnThread): Promise<void> {
    if (!existsSync(path) && !this.#options.mayBeMissing.includes(path))
      this.#listener({ type: "problem", path, error: new Error("no such file or folder") });
    for await (const found of lookThrough(path)) {
      if (found.type === "folder") this.#watch?.add(found.path);
      else if (found.type === "problem") this.#listener(found);
      else await this.#put(found.file, onThread);
    }
  }

  async #put(file: FoundFile, onThread: OnThread): Promise<void> {
    const before = this.#threads.file(file.path);
    try {
      await this.#threads.put(file);
    } catch (error) {
      if (!(error instanceof UnreadableInputError)) throw error;
      // A file is empty for a moment after it was made.
      if (!isGone(error) && file.bytes > 0) this.#listener({ type: "problem", path: file.path, error });
      return;
    }
    const known = this.#threads.file(file.path);
    if (known !== undefined && !isSameFile(known, before)) onThread(known);
  }

  async #touched(path: string): Promise<void> {
    if (!existsSync(path)) {
      this.#miss(path);
      this.#watch?.remove(path);
    } else if (this.#isOurs(path) || isFolder(path)) await this.#look(path, this.#touch);
  }

  async #lookAgain(): Promise<void> {
    for (const path of this.#options.paths) await this.#look(path, this.#touch);
    for (const path of this.#threads.paths) if (!existsSync(path)) this.#miss(path);
    this.#forgetMissing();
  }

  /** Files that were found just now need not be looked for again. */
  #forgetMissing(): void {
    this.#positions.forgetFiles((path) => this.#threads.file(path) !== undefined || existsSync(path));
  }

  /** A file that is not where it was is let go of in its thread's turn, which sees to it that it may turn up again. */
  #miss(path: string): void {
    const file = this.#threads.file(path);
    if (file !== undefined) this.#turns.touch(file.identity.threadId);
  }

  readonly #touch = (file: ThreadFile): void => {
    if (!this.#isDone(file)) this.#turns.touch(file.identity.threadId);
  };

  async #retry(): Promise<void> {
    if (this.#isSearchDue) {
      this.#isSearchDue = false;
      await this.#lookAgain();
    }
    for (const threadId of this.#later) this.#turns.touch(threadId);
    this.#later.clear();
  }

  /** A file that was named, or a rollout in a folder that was. */
  #isOurs(path: string): boolean {
    const { paths } = this.#options;
    return (
      paths.includes(path) || (isRolloutFileName(basename(path)) && paths.some((root) => path.startsWith(root + sep)))
    );
  }
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

const { sleep } = systemClock;

type OnThread = (file: ThreadFile) => void;

function lastChange(files: readonly ThreadFile[]): number {
  return Math.max(...files.map(({ modifiedMs }) => modifiedMs));
}

async function every(ms: number, over: AbortSignal, work: () => Promise<void>): Promise<void> {
  for (await sleep(ms, over); !over.aborted; await sleep(ms, over)) await work();
}
