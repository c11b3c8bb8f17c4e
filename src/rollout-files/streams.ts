import { createReadStream } from "node:fs";
import type { Readable } from "node:stream";
import { UnreadableInputError } from "./errors.ts";

/** How much of a stream is looked through for its `session_meta`; it is kept in memory meanwhile. */
const MAX_KEPT_BYTES = 128 * 1024 * 1024;
const MEGABYTE = 1024 * 1024;

type Open = (onRead: (bytes: number) => void) => AsyncIterable<Buffer>;

/** Standard input: a stream. */
export function standardInput(path: string): Open {
  return readOnce(path, () => process.stdin);
}

/** A pipe or a device. */
export function streamAt(path: string): Open {
  return readOnce(path, () => createReadStream(path));
}

/**
 * What can be read only once can still be opened again after a reader stopped early, as identification does: what the first
 * reader took is kept and given again.
 */
function readOnce(path: string, start: () => Readable): Open {
  const kept: Buffer[] = [];
  let keptBytes = 0;
  let openings = 0;
  let source: Readable | undefined;
  return async function* (onRead) {
    openings += 1;
    const keeps = openings === 1;
    yield* kept;
    source ??= start();
    for await (const chunk of source.iterator({ destroyOnReturn: !keeps })) {
      const bytes = chunk as Buffer;
      if (keeps) {
        kept.push(bytes);
        keptBytes += bytes.length;
        if (keptBytes > MAX_KEPT_BYTES) {
          source.destroy();
          throw new UnreadableInputError(
            path,
            `has no session_meta line in its first ${MAX_KEPT_BYTES / MEGABYTE} MiB`,
          );
        }
      }
      onRead(bytes.length);
      yield bytes;
    }
  };
}
