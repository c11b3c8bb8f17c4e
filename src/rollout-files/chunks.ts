import { type FileHandle, open } from "node:fs/promises";
import { pipeline, type Transform } from "node:stream";
import { createGunzip, createZstdDecompress } from "node:zlib";

/** Large enough that the reads cost nothing beside the work on them. */
const CHUNK_BYTES = 1 << 20;
/** Read ahead of a decompressor. Small, because a further Zstandard frame is read again from its start. */
const COMPRESSED_CHUNK_BYTES = 1 << 16;

/** The bytes of a rollout file, decompressed. A chunk is valid until the next one is asked for. */
export async function* chunksOf(path: string, onRead: (bytes: number) => void): AsyncIterable<Buffer> {
  const file = await open(path);
  try {
    if (path.endsWith(".gz")) yield* decompressed(file, 0, createGunzip(), onRead);
    else if (path.endsWith(".zst")) yield* zstdFrames(file, onRead);
    else yield* plainChunks(file, onRead);
  } finally {
    await file.close();
  }
}

async function* plainChunks(file: FileHandle, onRead: (bytes: number) => void): AsyncIterable<Buffer> {
  const buffer = Buffer.allocUnsafeSlow(CHUNK_BYTES);
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, CHUNK_BYTES);
    if (bytesRead === 0) return;
    onRead(bytesRead);
    yield buffer.subarray(0, bytesRead);
  }
}

/** Frame after frame: the decompressor ends with the first, but a file may be several, one after the other. */
async function* zstdFrames(file: FileHandle, onRead: (bytes: number) => void): AsyncIterable<Buffer> {
  let start = 0;
  do {
    const frame = createZstdDecompress();
    yield* decompressed(file, start, frame, onRead);
    start += frame.bytesWritten;
  } while (start < (await file.stat()).size);
}

async function* decompressed(
  file: FileHandle,
  start: number,
  decompressor: Transform & { readonly bytesWritten: number },
  onRead: (bytes: number) => void,
): AsyncIterable<Buffer> {
  const raw = file.createReadStream({ start, highWaterMark: COMPRESSED_CHUNK_BYTES, autoClose: false });
  // Errors reach the reader of the decompressor; ending that early ends the reading of the file.
  pipeline(raw, decompressor, () => undefined);
  let told = 0;
  for await (const chunk of decompressor) {
    onRead(decompressor.bytesWritten - told);
    told = decompressor.bytesWritten;
    yield chunk as Buffer;
  }
  onRead(decompressor.bytesWritten - told);
}
