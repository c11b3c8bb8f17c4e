import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";
import { servicesEnv } from "./support/deployment.ts";

const COMMAND = join(import.meta.dirname, "../../bin/thread-history");

export interface Run {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line on an installation of its own, with two partitions. */
export class Installation {
  readonly prefix = `test-${randomBytes(4).toString("hex")}`;
  readonly #env = {
    ...process.env,
    ...servicesEnv(),
    THREAD_HISTORY_PREFIX: this.prefix,
    THREAD_HISTORY_TOPICS_PARTITIONS: "2",
    THREAD_HISTORY_HTTP_PORT: "0",
    THREAD_HISTORY_SHIP_POSITIONS: join(mkdtempSync(join(tmpdir(), "thread-history-test-")), "ship.sqlite"),
  };

  async run(...args: readonly string[]): Promise<Run> {
    const child = this.#spawned(args);
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
    return { code, stdout, stderr };
  }

  /** For a command that goes on until it is told to stop, or the test ends. */
  start(...args: readonly string[]) {
    const child = this.#spawned(args);
    onTestFinished(() => {
      child.kill("SIGKILL");
    });
    return child;
  }

  async setUp(): Promise<void> {
    await this.run("topics", "create");
    await this.run("schemas", "register");
  }

  #spawned(args: readonly string[]) {
    return spawn(COMMAND, args, { env: this.#env, stdio: ["ignore", "pipe", "pipe"] });
  }
}

/** Lines without the last, empty one. */
export function linesOf(output: string): string[] {
  return output.split("\n").slice(0, -1);
}
