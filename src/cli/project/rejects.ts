import type { RejectedLine, RejectionReason } from "../../rollout/index.ts";
import { shortened } from "../terminal.ts";

/** So many refused lines are told of one by one. */
const MAX_TOLD = 5;
const TOLD_LENGTH = 300;

/** Where refused lines are kept. */
export interface RejectsFile {
  write(content: Buffer): Promise<void>;
  close(): Promise<void>;
}

/** Refused lines: counted by reason, the first with their places and, if asked for, all kept verbatim. */
export class Rejects {
  readonly byReason = new Map<RejectionReason, number>();
  /** The first ones: file, line, why. */
  readonly told: string[] = [];
  readonly #file: RejectsFile | undefined;
  #gathered: Buffer[] = [];

  constructor(file: RejectsFile | undefined) {
    this.#file = file;
  }

  get count(): number {
    return [...this.byReason.values()].reduce((sum, count) => sum + count, 0);
  }

  /** The file gets a line of JSON that tells where and why, then the refused line as it was. */
  add(path: string, position: number, rejected: RejectedLine, bytes: Buffer): void {
    const { reason, offset, message } = rejected;
    this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + 1);
    const name = path === "-" ? "standard input" : path;
    if (this.told.length < MAX_TOLD)
      this.told.push(`${name}: line ${position + 1}: ${shortened(message, TOLD_LENGTH)}`);
    if (this.#file === undefined) return;
    const where = { file: path, line: position + 1, reason, offset, message, bytes: bytes.length };
    this.#gathered.push(Buffer.from(`${JSON.stringify(where)}\n`), Buffer.from(bytes), Buffer.from("\n"));
  }

  async flow(): Promise<void> {
    if (this.#gathered.length === 0) return;
    const content = Buffer.concat(this.#gathered);
    this.#gathered = [];
    await this.#file?.write(content);
  }

  async end(): Promise<void> {
    await this.flow();
    await this.#file?.close();
  }
}
