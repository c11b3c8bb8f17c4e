import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { EmbeddedError } from "./embedded-error.ts";

/**
 * Keeps a folder to one process, until this is closed or the process ends, however it does.
 *
 * @throws EmbeddedError when another process has it, or it cannot be written
 */
export function lockEmbedded(path: string): Disposable {
  try {
    mkdirSync(dirname(path), { recursive: true });
    const database = new DatabaseSync(path);
    try {
      database.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;");
    } catch (error) {
      database.close();
      throw error;
    }
    return { [Symbol.dispose]: () => database.close() };
  } catch (cause) {
    const isLocked = cause instanceof Error && cause.message.includes("locked");
    const why = isLocked
      ? "another `thread-history start` uses this folder: stop that one, or give this one a folder of its own (--data)"
      : `cannot be written (${cause instanceof Error ? cause.message : String(cause)}): see that the folder is writable, or choose another (--data)`;
    throw new EmbeddedError(`${dirname(path)}: ${why}`, { kind: "lasting", cause });
  }
}
