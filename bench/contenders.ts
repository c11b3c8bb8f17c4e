import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { ROOT } from "../scripts/root.ts";
import { migrate, readThread } from "./codex.ts";
import { run, type Usage } from "./processes.ts";
import { type BenchRollout, benchRollout } from "./rollouts.ts";

/** Something that reads the rollout, measured from outside. */
export interface Contender {
  readonly name: string;
  /** How much it reads. */
  readonly bytes: number;
  /** Asked for once instead of in every round. */
  readonly isSlow: boolean;
  readonly measure: () => Promise<Usage>;
}

export const PROJECT = "project";
export const START_UP = "project, one line";
export const PARSE = "(a) JSON.parse of each line";
export const READ_THREAD = "(b) codex app-server, thread/read";
export const MIGRATE = "(c) codex migrate-rollouts --apply";

/** Of the file that is migrated: the migration is slow, and its speed does not depend on the size. */
const MIGRATED_MEGABYTES = 40;

const COMMAND = join(ROOT, "bin", "thread-history");

export function contendersFor(rollout: BenchRollout, megabytes: number): Contender[] {
  const { path, bytes, oneLine } = rollout;
  const ours = (name: string, ...args: readonly string[]): Contender => ({
    name,
    bytes,
    isSlow: false,
    measure: () => run([COMMAND, "project", ...args]),
  });
  const contenders: Contender[] = [
    ours(PROJECT, path),
    {
      name: PARSE,
      bytes,
      isSlow: false,
      measure: () => run([process.execPath, fileURLToPath(import.meta.resolve("./parse-lines.ts")), path]),
    },
    ours("project --emit mutations", "--emit", "mutations", path),
    ours("project --emit turns", "--emit", "turns", path),
    { ...ours(START_UP, oneLine), bytes: 0 },
  ];
  if (rollout.mode === "paginated") return contenders;
  const migrated = benchRollout("legacy", Math.min(megabytes, MIGRATED_MEGABYTES));
  return [
    ...contenders,
    { name: READ_THREAD, bytes, isSlow: false, measure: () => readThread(rollout) },
    { name: MIGRATE, bytes: migrated.bytes, isSlow: true, measure: () => migrate(migrated) },
  ];
}
