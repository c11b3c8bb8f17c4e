import { spawn } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Deployment, WorkerProcess } from "../../services/support/deployment.ts";

const COMMAND = join(import.meta.dirname, "../../../bin/thread-history");

/** `thread-history ship` on a folder, as a process that follows its files. */
export class Shipper {
  readonly #log: string;
  readonly #process: WorkerProcess;

  constructor(folder: string, { env, folder: logs }: Deployment) {
    this.#log = join(logs, "ship.log");
    const args = ["ship", folder, "--positions", join(logs, "positions.sqlite")];
    const child = spawn(COMMAND, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "pipe"] });
    child.stderr.pipe(createWriteStream(this.#log));
    child.stdout.pipe(createWriteStream(`${this.#log}.out`));
    this.#process = new WorkerProcess(child, this.#log);
  }

  /** Rejects when it ends. */
  async endsEarly(): Promise<never> {
    const how = await this.#process.ended;
    throw new Error(`thread-history ship ended with ${how}:\n${readFileSync(this.#log, "utf8")}`);
  }

  /** SIGTERM, and wait for the end. */
  async drain(): Promise<number | NodeJS.Signals | null> {
    return await this.#process.drain();
  }
}
