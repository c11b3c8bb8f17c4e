import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodexHome } from "../../conformance/src/codex-home.ts";
import { publishedCodex } from "../../scripts/published-codex.ts";
import { ROOT } from "../../scripts/root.ts";
import { run, type Usage } from "../processes.ts";
import type { BenchFolder } from "./folder.ts";

export const COMMAND = join(ROOT, "bin", "thread-history");
/** Higher than any disk: the default holds the migration back. */
const MIB_PER_SECOND = "100000";

/** What `start --once` takes for the folder. */
export async function importing({ sessions }: BenchFolder): Promise<Usage> {
  const data = mkdtempSync(join(tmpdir(), "thread-history-bench-data-"));
  try {
    return await run([COMMAND, "start", "--once", "--data", data, sessions]);
  } finally {
    rmSync(data, { recursive: true, force: true });
  }
}

/** What `codex migrate-rollouts --apply` takes for its projection of the same files into SQLite. It changes them: it gets a copy. */
export async function migrating({ sessions }: BenchFolder): Promise<Usage> {
  const home = new CodexHome();
  try {
    cpSync(sessions, join(home.path, "sessions"), { recursive: true });
    const env = { PATH: process.env.PATH, HOME: home.path, CODEX_HOME: home.path, RUST_LOG: "off" };
    const command = [...publishedCodex(), "migrate-rollouts", "--apply", "--max-mib-per-second", MIB_PER_SECOND];
    return await run(command, env);
  } finally {
    home.remove();
  }
}
