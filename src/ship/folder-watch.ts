import { type FSWatcher, watch } from "node:fs";
import { join } from "node:path";

/** Told of changes in folders as they happen: one watch for each folder, none for files. */
export class FolderWatch implements Disposable {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #onTouched: (path: string) => void;
  readonly #onProblem: (folder: string, error: unknown) => void;

  /** `onProblem`: a folder that cannot be watched; looking through it from time to time has to do. */
  constructor(onTouched: (path: string) => void, onProblem: (folder: string, error: unknown) => void) {
    this.#onTouched = onTouched;
    this.#onProblem = onProblem;
  }

  add(folder: string): void {
    if (this.#watchers.has(folder)) return;
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name !== null) this.#onTouched(join(folder, name));
      });
      this.#watchers.set(folder, watcher);
      watcher.on("error", (error) => {
        this.remove(folder);
        this.#onProblem(folder, error);
      });
    } catch (error) {
      this.#onProblem(folder, error);
    }
  }

  /** A folder that is gone; one that is made again needs a watch of its own. */
  remove(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  [Symbol.dispose](): void {
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}
