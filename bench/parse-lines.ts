/**
 * `node parse-lines.ts FILE`: the fastest simple way to look at every line of a rollout. It reads chunks of the size that
 * thread-history reads, cuts them at line feeds, and parses each line as JSON; it makes nothing of them.
 */
import { closeSync, openSync, readSync } from "node:fs";

const CHUNK_BYTES = 1 << 20;
const NEWLINE = 0x0a;

const file = openSync(process.argv[2] ?? "", "r");
let buffer = Buffer.allocUnsafeSlow(2 * CHUNK_BYTES);
/** How much of the buffer is the beginning of a line. */
let held = 0;
let lines = 0;
for (;;) {
  if (buffer.length - held < CHUNK_BYTES) buffer = Buffer.concat([buffer], buffer.length * 2);
  const read = readSync(file, buffer, held, CHUNK_BYTES, null);
  if (read === 0) break;
  const end = held + read;
  let start = 0;
  for (let newline = buffer.indexOf(NEWLINE, held); newline >= 0 && newline < end; ) {
    JSON.parse(buffer.toString("utf8", start, newline));
    lines += 1;
    start = newline + 1;
    newline = buffer.indexOf(NEWLINE, start);
  }
  buffer.copyWithin(0, start, end);
  held = end - start;
}
closeSync(file);
console.log(`${lines} lines`);
