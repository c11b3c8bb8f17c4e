import { on } from "node:events";
import { open } from "node:fs/promises";
import { Worker } from "node:worker_threads";
import { BEGINS_IN_LINE, CONTROL_INTEGERS, FREED, type ScanJob } from "./scan-job.ts";
import { ScannedChunk } from "./scanned-chunk.ts";

/** So far the other thread may be ahead. */
const CHUNKS = 4;
/** It makes next to no garbage. */
const YOUNG_MEGABYTES = 2;

/** The bytes of a file, their lines scanned by another thread. A chunk is valid until the next one is asked for. */
export async function* scannedChunksOf(path: string, onRead: (bytes: number) => void): AsyncIterable<ScannedChunk> {
  const file = await open(path);
  const chunks = Array.from({ length: CHUNKS }, () => new ScannedChunk());
  const control = new Int32Array(new SharedArrayBuffer(4 * CONTROL_INTEGERS));
  const workerData: ScanJob = { file: file.fd, shared: chunks.map(({ shared }) => shared), control };
  const resourceLimits = { maxYoungGenerationSizeMb: YOUNG_MEGABYTES };
  const worker = new Worker(new URL("./scan-worker.ts", import.meta.url), { workerData, resourceLimits });
  let isReady = false;
  worker.once("message", () => {
    isReady = true;
  });
  const messages = on(worker, "message");
  try {
    // Until the other thread has started, this one reads alone.
    const own = chunks[0] as ScannedChunk;
    while (!isReady) {
      const { bytesRead } = await file.read(own.room, 0, own.room.length);
      if (bytesRead === 0) return;
      control[BEGINS_IN_LINE] = own.leave(bytesRead) ? 1 : 0;
      onRead(bytesRead);
      yield own;
    }
    await messages.next();
    free(control, CHUNKS);
    let index = 0;
    for await (const [length] of messages) {
      if (length === 0) return;
      onRead(length as number);
      yield chunks[index % CHUNKS] as ScannedChunk;
      index += 1;
      free(control, 1);
    }
  } finally {
    await worker.terminate();
    await file.close();
  }
}

function free(control: Int32Array, chunks: number): void {
  Atomics.add(control, FREED, chunks);
  Atomics.notify(control, FREED);
}
