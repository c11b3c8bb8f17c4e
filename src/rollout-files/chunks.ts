import { open } from "node:fs/promises";
import { createGunzip, createZstdDecompress } from "node:zlib";

/** Large enough that the reads cost nothing beside the work on them. */
const CHUNK_BYTES = 1 << 20;

/** The bytes of a rollout file, decompressed. A chunk is valid until the next one is asked for. */
export async function* chunksOf(path: string, onRead: (bytes: number) => void): AsyncIterable<Buffer> {
  if (path.endsWith(".gz")) yield* rawChunks(path, onRead, createGunzip());
  else if (path.endsWith(".zst")) yield* rawChunks(path, onRead, createZstdDecompress());
  else yield* fileChunks(path, onRead);
}

async function* fileChunks(path: string, onRead: (bytes: number) => void): AsyncIterable<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES);
      if (bytesRead === 0) return;
      onRead(bytesRead);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

async function* rawChunks(
  path: string,
  onRead: (bytes: number) => void,
  decompressor: ReturnType<typeof createGunzip>,
): AsyncIterable<Buffer> {
  const file = await open(path);
  const raw = file.createReadStream({ highWaterMark: CHUNK_BYTES });
  raw.on("data", (chunk) => onRead(chunk.length));
  raw.on("error", (error) => decompressor.destroy(error));
  yield* raw.pipe(decompressor) as AsyncIterable<Buffer>;
}

/**
 * Standard input, which can be opened more than once: what an earlier reader took before it stopped is kept and given again.
 */
export function standardInput(): (onRead: (bytes: number) => void) => AsyncIterable<Buffer> {
  const kept: Buffer[] = [];
  let openings = 0;
  return async function* (onRead) {
    openings += 1;
    // Only the first opening may be followed by another: identification, which stops early.
    const keeps = openings === 1;
    yield* kept;
    for await (const chunk of process.stdin.iterator({ destroyOnReturn: false })) {
      const bytes = chunk as Buffer;
      if (keeps) kept.push(bytes);
      onRead(bytes.length);
      yield bytes;
    }
  };
}
