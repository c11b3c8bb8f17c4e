import { type FSWatcher, statSync, watch } from "node:fs";
import { join } from "node:path";

/** Told of changes in folders as they happen: one watch for each folder, none for files. */
export class FolderWatch implements Disposable {
  readonly #watchers = new Map<string, { readonly watcher: FSWatcher; readonly identity: string }>();
  readonly #onTouched: (path: string) => void;
  readonly #onProblem: (folder: string, error: unknown) => void;

  /** `onProblem`: a folder that cannot be watched; looking through it from time to time has to do. */
  constructor(onTouched: (path: string) => void, onProblem: (folder: string, error: unknown) => void) {
    this.#onTouched = onTouched;
    this.#onProblem = onProblem;
  }

  /** Watches a folder, unless it does already. Another folder of the same name needs a watch of its own. */
  add(folder: string): void {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats === undefined) return;
    const identity = `${stats.ino} ${stats.birthtimeMs}`; // inodes are used again at once
    if (this.#watchers.get(folder)?.identity === identity) return;
    this.remove(folder);
    try {
      const watcher = watch(folder, (_event, name) => {
        if (name !== null) this.#onTouched(join(folder, name));
      });
      this.#watchers.set(folder, { watcher, identity });
      watcher.on("error", (error) => {
        this.remove(folder);
        this.#onProblem(folder, error);
      });
    } catch (error) {
      this.#onProblem(folder, error);
    }
  }

  remove(folder: string): void {
    this.#watchers.get(folder)?.watcher.close();
    this.#watchers.delete(folder);
  }

  [Symbol.dispose](): void {
    for (const { watcher } of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }
}
