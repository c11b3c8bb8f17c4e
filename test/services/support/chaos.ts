import { setTimeout as sleep } from "node:timers/promises";
import { OBSERVER_NAMES } from "../../../src/projections/index.ts";
import type { Deployment } from "./deployment.ts";
import type { Faults } from "./faults.ts";
import { Feed, type GeneratedThread, rounds } from "./workload.ts";

const FAULT_EVERY_MS = 7_000;
/** Few of each thread at a time, so that all threads go on all the while. */
const RECORDS_EACH = 2;
const WORKERS = 3;

/** Sends the threads while one fault follows another, then lets the workers catch up and drains them. */
export async function chaos(
  deployment: Deployment,
  faults: Faults,
  threads: readonly GeneratedThread[],
  seconds: number,
): Promise<void> {
  for (let n = 0; n < WORKERS; n++) deployment.worker(...OBSERVER_NAMES);
  const end = Date.now() + seconds * 1_000;
  const sending = send(deployment, threads, end);
  for (let n = 0; Date.now() < end; n++) {
    await faults.next(n);
    await sleep(FAULT_EVERY_MS);
  }
  await faults.calm();
  await sending;
  await deployment.run("worker", "--once");
  await deployment.stop();
}

/** Spreads the records over the time that there is. */
async function send(deployment: Deployment, threads: readonly GeneratedThread[], end: number): Promise<void> {
  const feed = await Feed.open(deployment);
  const batches = [...rounds(threads, RECORDS_EACH)];
  for (const [n, batch] of batches.entries()) {
    await feed.send(batch);
    await sleep(Math.max(0, end - Date.now()) / (batches.length - n));
  }
  await feed.close();
}
