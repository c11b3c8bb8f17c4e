import { join } from "node:path";
import { ROOT } from "../../scripts/root.ts";
import { run } from "../processes.ts";

export const COMMAND = join(ROOT, "bin", "thread-history");

/** Runs `thread-history` to its end. */
export async function command(...args: readonly string[]): Promise<void> {
  await run([COMMAND, ...args]);
}
