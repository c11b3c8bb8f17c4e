import { afterAll, describe, expect, it } from "vitest";
import { buildAll } from "../../scripts/manifests/build.ts";
import { findTools } from "../../scripts/manifests/tools.ts";
import { type Workload, workloadsOf } from "../../scripts/manifests/workloads.ts";
import { OBSERVER_NAMES } from "../../src/projections/index.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { Pod } from "./support/pod.ts";
import { publishedMutations } from "./support/verifier.ts";
import { expectedOf, Feed, generatedThreads, OUTPUTS, rounds } from "./support/workload.ts";

const THREADS = generatedThreads(40, 200, 7);

describe("the manifests, rehearsed: what the containers run, as plain processes on real services", () => {
  // What tells this installation and this machine from those of the manifest.
  const deployment = new Deployment({ ...servicesEnv(), THREAD_HISTORY_TOPICS_REPLICATION_FACTOR: "1" });
  const [base] = buildAll(findTools().kustomize);
  const workloads = workloadsOf(base?.manifests ?? []);
  const jobs = workloads.filter(({ kind }) => kind === "Job");
  const workers = workloads.filter(({ kind }) => kind === "Deployment");
  const running: { workload: Workload; pod: Pod }[] = [];

  afterAll(async () => {
    await Promise.all(running.map(({ pod }) => pod.end()));
  });

  it("workers wait, alive and not ready, until the jobs have made topics and schemas; then they are ready", async () => {
    expect(workers.map(({ component }) => component).sort()).toEqual([...OBSERVER_NAMES].sort());
    for (const workload of workers) running.push({ workload, pod: await Pod.start(workload, deployment) });
    for (const job of jobs) expect(await (await Pod.start(job, deployment)).ended).toBe(0);
    for (const { pod } of running) await pod.ready();
    for (const { pod } of running) expect(await pod.isAlive()).toBe(true);
  });

  it("a roll-out one at a time, under load, ends each old process in order and loses nothing", async () => {
    const feed = await Feed.open(deployment);
    const batches = [...rounds(THREADS, 10)];
    const sending = (async () => {
      for (const batch of batches) await feed.send(batch);
    })();
    for (const entry of running) {
      const old = entry.pod;
      entry.pod = await Pod.start(entry.workload, deployment);
      await entry.pod.ready();
      expect(await old.end()).toBe(0);
    }
    await sending;
    await feed.close();
    await deployment.run("worker", "--once");
    for (const { pod } of running.splice(0)) expect(await pod.end()).toBe(0);
    for (const observer of OBSERVER_NAMES) {
      const published = await publishedMutations(`${deployment.prefix}.${OUTPUTS[observer].topic}`, deployment.env);
      const byThread = Map.groupBy(published, ({ threadId }) => threadId);
      const found = new Map([...byThread].map(([thread, list]) => [thread, list.map(({ json }) => json)]));
      expect(found).toEqual(expectedOf(THREADS).get(observer));
    }
  });
});
