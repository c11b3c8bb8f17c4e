import type { FoundRollout } from "./found-rollout.ts";
import { Trait } from "./line-table.ts";
import type { TemporaryFile } from "./temporary-file.ts";
import { changed, type ThreadSource, threadRecords } from "./thread-records.ts";

/** What a rollout came to as a file. */
export interface WrittenRollout {
  readonly lines: number;
  readonly bytes: number;
}

/**
 * Reads a rollout's lines once more and writes each where it belongs, whatever order they come in. What is missing is left
 * out.
 *
 * @throws CliError when the log no longer has what it had
 */
export async function writeRollout(
  source: ThreadSource,
  { rolloutId, lines, stretches }: FoundRollout,
  file: TemporaryFile,
): Promise<WrittenRollout> {
  const writer = new LineWriter(file);
  for (const stretch of stretches) {
    for await (const found of threadRecords(source, stretch)) {
      if (found.type !== "line" || found.record.rolloutId !== rolloutId || found.record.oversized !== null) continue;
      const { position, line } = found.record;
      if (lines.isToBeWritten(position, line)) writer.write(line, lines.offsetOf(position));
    }
  }
  writer.flush();
  if (writer.lines !== lines.count(Trait.present) - lines.count(Trait.marker)) throw changed(source.topic);
  return { lines: writer.lines, bytes: writer.bytes };
}

/** Lines are gathered to so many bytes while they follow each other. */
const BUFFER_BYTES = 1 << 20;
const NEWLINE = Buffer.from("\n");

class LineWriter {
  lines = 0;
  bytes = 0;
  readonly #file: TemporaryFile;
  readonly #buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
  /** Where what has gathered goes, and how much it is. */
  #offset = 0;
  #gathered = 0;

  constructor(file: TemporaryFile) {
    this.#file = file;
  }

  write(line: Buffer, offset: number): void {
    this.#put(line, offset);
    this.#put(NEWLINE, offset + line.length);
    this.lines += 1;
    this.bytes += line.length + 1;
  }

  flush(): void {
    this.#file.write(this.#buffer.subarray(0, this.#gathered), this.#offset);
    this.#gathered = 0;
  }

  #put(bytes: Buffer, offset: number): void {
    if (offset !== this.#offset + this.#gathered || this.#gathered + bytes.length > BUFFER_BYTES) {
      this.flush();
      this.#offset = offset;
    }
    if (bytes.length > BUFFER_BYTES) {
      this.#file.write(bytes, offset);
      this.#offset = offset + bytes.length;
      return;
    }
    bytes.copy(this.#buffer, this.#gathered);
    this.#gathered += bytes.length;
  }
}
