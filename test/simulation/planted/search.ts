import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Defect } from "./defects.ts";

const run = promisify(execFile);

/** How many seeds the simulator needs to find a defect; null when so many do not find it. */
export async function seedsToFind({ name }: Defect, most: number): Promise<number | null> {
  const file = (of: string): string => join(import.meta.dirname, of);
  const { stdout } = await run(process.execPath, ["--import", file("plant.ts"), file("find.ts"), String(most)], {
    env: { ...process.env, PLANTED_DEFECT: name },
  });
  const needed = Number(stdout);
  return needed === 0 ? null : needed;
}
