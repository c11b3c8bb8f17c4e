import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { RedisClient } from "./client.ts";

/** A Lua script: Redis runs it as a whole, with nothing in between. */
export class Script {
  readonly #lua: string;
  readonly #sha: string;

  constructor(lua: string) {
    this.#lua = lua;
    this.#sha = createHash("sha1").update(lua).digest("hex");
  }

  /** Sends the hash only; the text where the server does not know it (yet, or after SCRIPT FLUSH, restart or failover). */
  async run(client: RedisClient, keys: readonly string[], args: readonly (string | number)[]): Promise<unknown> {
    // An array, not arguments: a thread of 100,000 items would pass what a call can take.
    const operands = [keys.length, ...keys, ...args];
    try {
      return await client.call("evalsha", [this.#sha, ...operands]);
    } catch (error) {
      if (!(error instanceof Error && error.message.startsWith("NOSCRIPT"))) throw error;
      return await client.call("eval", [this.#lua, ...operands]);
    }
  }
}

const source = (name: string) => readFileSync(new URL(`./lua/${name}.lua`, import.meta.url), "utf8");
const fenced = (name: string) => new Script(`${source("fence")}\n${source(name)}`);

/** Their parameters are described in `lua/`. */
export const scripts = {
  acquire: new Script(source("acquire")),
  write: fenced("write"),
  load: fenced("load"),
  lost: fenced("lost"),
  attempts: fenced("attempts"),
  clean: fenced("clean"),
} as const;
