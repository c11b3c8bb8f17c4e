import { mkdirSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Deployment } from "../../services/support/deployment.ts";
import type { Codex } from "./codex.ts";

const THREAD_ID = /(?<=^rollout-\d{4}-\d\d-\d\dT\d\d-\d\d-\d\d-)[0-9a-f-]{36}/;

/** Exports a rollout's thread into the folder of a home where Codex looks for it. */
export async function exportTo({ sessions }: Codex, rollout: string, deployment: Deployment): Promise<void> {
  const folder = join(sessions, dirname(rollout));
  mkdirSync(folder, { recursive: true });
  await deployment.run("export", threadOf(rollout), "--out", folder);
}

function threadOf(rollout: string): string {
  const found = THREAD_ID.exec(basename(rollout));
  if (found === null) throw new Error(`not a rollout's name: ${rollout}`);
  return found[0];
}
