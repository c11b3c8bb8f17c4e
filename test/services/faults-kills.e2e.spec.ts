import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { OBSERVER_NAMES, type ObserverName } from "../../src/projections/index.ts";
import { recordsOf } from "../worker/support/workload.ts";
import { Checkpoints } from "./support/checkpoints.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { emittedIn, Input, threadsPerPartition } from "./support/input.ts";
import { committedMutations } from "./support/verifier.ts";
import { KILL_POINTS, type KillPoint, STEP_NAMES } from "./support/worker-steps.ts";
import { OUTPUTS } from "./support/workload.ts";

const PRELOAD = join(import.meta.dirname, "support", "killed-at.ts");
/** So that the group forgets the one that was killed as soon as it may. */
const SHORT_SESSIONS = ["kafka.sessionTimeoutMs=1500", "kafka.heartbeatMs=400", "worker.handoverMs=1000"];
const OPTIONS = ["--once", ...SHORT_SESSIONS.flatMap((setting) => ["--set", setting])];
/** Records of each thread that come between two kills: enough that each observer has something to say. */
const EACH = 12;

/** The points, so many at a time as there are observers: these have groups, topics and states of their own. */
const ROUNDS = Array.from({ length: Math.ceil(KILL_POINTS.length / OBSERVER_NAMES.length) }, (_, round) =>
  KILL_POINTS.slice(round * OBSERVER_NAMES.length, (round + 1) * OBSERVER_NAMES.length),
);

describe("kill -9 at each step that a worker awaits, in a real process", () => {
  const deployment = new Deployment({ ...servicesEnv(), THREAD_HISTORY_TOPICS_PARTITIONS: "1" });
  const threads = threadsPerPartition(1, 2, 600, 11);
  const died = new Map<string, number | NodeJS.Signals | null>();
  let input: Input;

  /** What must have gone before, so that a worker comes to this step. */
  const prepared = async ({ step }: KillPoint, observer: ObserverName): Promise<Readonly<Record<string, string>>> => {
    if (step === "membership.confirm" || step === "clock.sleep") return { FIRST: "lose-answer" };
    if (step === "codec.fetchSchema") return { FIRST: "forget-schema" };
    if (step !== "store.reset" && step !== "store.lostThreads") return {};
    const checkpoints = new Checkpoints(deployment, observer);
    if (step === "store.reset") await checkpoints.lose(0);
    else await checkpoints.redis.unlink(await checkpoints.threadKey(0, input.threadsOf(0)[0] ?? ""));
    checkpoints.close();
    return {};
  };
  const killedAt = async (point: KillPoint, observer: ObserverName): Promise<void> => {
    const { step, moment } = point;
    const env = { ...(await prepared(point, observer)), KILL_STEP: step, KILL_MOMENT: moment };
    const options = { ...env, NODE_OPTIONS: `${process.env.NODE_OPTIONS ?? ""} --import=${PRELOAD}` };
    const worker = deployment.workerIn(options, ...OPTIONS, "--observer", observer);
    died.set(`${step} ${moment}`, await worker.ended);
  };

  beforeAll(async () => {
    await deployment.setUp();
    input = await Input.open(deployment, 1);
    for (const [n, round] of [[], ...ROUNDS, []].entries()) {
      await input.send(threads.flatMap((of) => recordsOf(of, of.threadId).slice(n * EACH, (n + 1) * EACH)));
      if (round.length === 0) await deployment.run("worker", ...OPTIONS);
      // Which observer meets which step moves on with each round.
      const observer = (lane: number) => OBSERVER_NAMES[(n + lane) % OBSERVER_NAMES.length] ?? "thread-item";
      await Promise.all(round.map((point, lane) => killedAt(point, observer(lane))));
    }
  });
  afterAll(async () => {
    await input.close();
  });

  it.each(STEP_NAMES)("%s", (step) => {
    const ends = [...died].filter(([point]) => point.startsWith(`${step} `)).map(([, end]) => end);
    expect(ends.length).toBeGreaterThan(0);
    expect(new Set(ends)).toEqual(new Set(["SIGKILL"]));
  });

  it.each(OBSERVER_NAMES)(
    "and after all of them %s has emitted each mutation once, as if nothing had been",
    async (observer) => {
      const published = await committedMutations(`${deployment.prefix}.${OUTPUTS[observer].topic}`, deployment.env);

      expect(published.length).toBeGreaterThan(ROUNDS.length);
      expect(emittedIn(0, published)).toEqual(input.emitted(observer, 0, 0));
    },
  );
});
