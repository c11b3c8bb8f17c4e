import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMAND } from "../worker/command.ts";
import type { Installation } from "../worker/installation.ts";

/** `ship` with positions of its own, which know nothing; what the topic holds of other rounds is not asked for. */
export function shipping({ prefix }: Installation, args: readonly string[]) {
  const positions = join(mkdtempSync(join(tmpdir(), "thread-history-ship-")), "positions.sqlite");
  const settings = ["--prefix", prefix, "--positions", positions, "--set", "ship.recover=resend"];
  return { command: [COMMAND, "ship", ...args, ...settings], positions };
}
