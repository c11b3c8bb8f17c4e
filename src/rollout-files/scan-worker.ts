import { readSync } from "node:fs";
import { parentPort, workerData } from "node:worker_threads";
import { LineScanner } from "../rollout/index.ts";
import { BEGINS_IN_LINE, FREED, READY, type ScanJob } from "./scan-job.ts";
import { ScannedChunk } from "./scanned-chunk.ts";

/** Goes on reading the file and scans its lines, in one chunk after the other; says how long each is, 0 at the end. */
const { file, shared, control } = workerData as ScanJob;
const chunks = shared.map((memory) => new ScannedChunk(memory));
const scanner = new LineScanner();
parentPort?.postMessage(READY);
let length = -1;
let beginsInLine: boolean | undefined;
for (let index = 0; length !== 0; index++) {
  for (let freed = Atomics.load(control, FREED); freed <= index; freed = Atomics.load(control, FREED))
    Atomics.wait(control, FREED, freed);
  beginsInLine ??= control[BEGINS_IN_LINE] === 1;
  const chunk = chunks[index % chunks.length] as ScannedChunk;
  length = readSync(file, chunk.room, 0, chunk.room.length, null);
  beginsInLine = chunk.scan(scanner, length, beginsInLine);
  parentPort?.postMessage(length);
}
