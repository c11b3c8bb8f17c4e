import type { PartitionPorts } from "../../../src/worker/index.ts";

type StepsOf<Port> = {
  [Name in keyof Port as Port[Name] extends (...args: never[]) => Promise<unknown> ? Name : never]: true;
};

/** Everything that the worker of a partition awaits. A port that gets another such call does not compile until it is here. */
const STEPS: { readonly [Port in Exclude<keyof PartitionPorts, "listener">]: StepsOf<PartitionPorts[Port]> } = {
  log: { bounds: true, committed: true, take: true },
  outbox: { fence: true, commit: true, close: true },
  store: {
    acquire: true,
    load: true,
    lostThreads: true,
    reset: true,
    flush: true,
    noteAttempts: true,
    close: true,
  },
  membership: { confirm: true },
  decisions: { settled: true, read: true },
  codec: { fetchSchema: true },
  clock: { sleep: true },
};

/** `store.flush`, and so on. */
export const STEP_NAMES: readonly string[] = Object.entries(STEPS).flatMap(([port, steps]) =>
  Object.keys(steps).map((step) => `${port}.${step}`),
);

/** `sent`: the call is under way. `answered`: it is over, and the worker did nothing yet with the answer. */
export type Moment = "sent" | "answered";

/** What ends a process, as its environment names it. */
export interface KillPoint {
  readonly step: string;
  readonly moment: Moment;
}

/** Steps that change something elsewhere: it matters whether a process ends before or after their effect. */
const EFFECTS = ["outbox.fence", "outbox.commit", "store.acquire", "store.reset", "store.flush", "store.noteAttempts"];

export const KILL_POINTS: readonly KillPoint[] = STEP_NAMES.flatMap((step): KillPoint[] => [
  ...(EFFECTS.includes(step) ? [{ step, moment: "sent" } as const] : []),
  { step, moment: "answered" },
]);
