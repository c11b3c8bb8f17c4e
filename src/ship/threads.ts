import { identify, type RolloutIdentity, rolloutFile } from "../rollout-files/index.ts";
import type { FoundFile } from "./catalog.ts";

/** A session line that names the thread is looked for in lines up to this. */
const MAX_SESSION_LINE_BYTES = 64 * 1024 * 1024;

/** A rollout file, and whose it is. */
export interface ThreadFile extends FoundFile {
  readonly identity: RolloutIdentity;
}

/** The files that were found, by the threads they belong to. */
export class Threads {
  readonly #files = new Map<string, ThreadFile>();
  readonly #paths = new Map<string, Set<string>>();

  /**
   * Takes a file as it is now; answers its thread.
   *
   * @throws UnreadableInputError when nothing in it says whose it is
   */
  async put(found: FoundFile): Promise<string> {
    const known = this.#files.get(found.path);
    const isSame = known !== undefined && known.inode === found.inode;
    const identity = isSame
      ? known.identity
      : await identify(rolloutFile(found.path, found.bytes), MAX_SESSION_LINE_BYTES);
    if (known !== undefined && known.identity.threadId !== identity.threadId) this.drop(found.path);
    this.#files.set(found.path, { ...found, identity });
    const paths = this.#paths.get(identity.threadId);
    if (paths === undefined) this.#paths.set(identity.threadId, new Set([found.path]));
    else paths.add(found.path);
    return identity.threadId;
  }

  drop(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    this.#files.delete(path);
    const paths = this.#paths.get(file.identity.threadId);
    paths?.delete(path);
    if (paths?.size === 0) this.#paths.delete(file.identity.threadId);
  }

  file(path: string): ThreadFile | undefined {
    return this.#files.get(path);
  }

  get paths(): Iterable<string> {
    return this.#files.keys();
  }

  get ids(): Iterable<string> {
    return this.#paths.keys();
  }

  /** The files of a thread in the order of their names (D19). */
  filesOf(threadId: string): ThreadFile[] {
    return [...(this.#paths.get(threadId) ?? [])].flatMap((path) => this.#files.get(path) ?? []).sort(byName);
  }
}

function byName(a: ThreadFile, b: ThreadFile): number {
  if (a.name !== b.name) return a.name < b.name ? -1 : 1;
  return a.path < b.path ? -1 : 1;
}
