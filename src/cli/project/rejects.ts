import { once } from "node:events";
import type { WriteStream } from "node:fs";
import { createWriteStream } from "node:fs";
import type { RejectedLine, RejectionReason } from "../../rollout/index.ts";

/** Refused lines: counted by reason and, if asked for, kept verbatim. */
export class Rejects {
  readonly byReason = new Map<RejectionReason, number>();
  readonly #file: WriteStream | undefined;

  constructor(path: string | undefined) {
    this.#file = path === undefined ? undefined : createWriteStream(path);
  }

  get count(): number {
    return [...this.byReason.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The file gets a line of JSON that tells where and why, then the refused line as it was. */
  add(path: string, position: number, rejected: RejectedLine, bytes: Buffer): void {
    const { reason, offset, message } = rejected;
    this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + 1);
    if (this.#file === undefined) return;
    const where = { file: path, line: position + 1, reason, offset, message, bytes: bytes.length };
    this.#file.write(`${JSON.stringify(where)}\n`);
    this.#file.write(Buffer.concat([bytes, Buffer.from("\n")]));
  }

  async flow(): Promise<void> {
    if (this.#file?.writableNeedDrain === true) await once(this.#file, "drain");
  }

  async end(): Promise<void> {
    if (this.#file === undefined) return;
    this.#file.end();
    await once(this.#file, "finish");
  }
}
