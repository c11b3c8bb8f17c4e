import { spawn } from "node:child_process";
import { readTopic } from "../../src/kafka/index.ts";
import { ended } from "../processes.ts";
import { COMMAND, command } from "./command.ts";
import { oneMoreEach, smallThreads } from "./input.ts";
import { Installation } from "./installation.ts";
import { peakOf } from "./timed.ts";

const NEW_RECORDS = 12;
const LINES_BEFORE = 3;

/** From the start of the process until the mutations of new records could be read. */
export interface Restart {
  readonly firstSeconds: number;
  readonly lastSeconds: number;
  readonly peakBytes: number;
}

export interface Restarts {
  readonly threads: number;
  readonly samples: readonly Restart[];
}

/** Starts thread-item after many threads were checkpointed and a few of them got a record more each. */
export async function measureRestarts(threads: number, rounds: number): Promise<Restarts> {
  await using installation = await Installation.open("restart");
  await installation.publish(smallThreads(threads));
  const about = ["--observer", "thread-item", "--prefix", installation.prefix, "--set", "http.port=0"];
  await command("worker", "--once", ...about);
  const samples: Restart[] = [];
  for (let round = 0; round < rounds; round++) {
    const sample = await restart(installation, [COMMAND, "worker", ...about], LINES_BEFORE + round);
    console.error(`restart ${round + 1}: first mutation after ${sample.firstSeconds.toFixed(2)} s`);
    samples.push(sample);
  }
  return { threads, samples };
}

async function restart(
  installation: Installation,
  [program = "", ...args]: readonly string[],
  position: number,
): Promise<Restart> {
  const from = { time: new Date() };
  await installation.publish(oneMoreEach(NEW_RECORDS, position));
  const stop = new AbortController();
  const options = { from, follow: true, signal: stop.signal, onError: () => undefined };
  const mutations = readTopic(installation.kafka, installation.topics.threadItems, options);
  const begun = performance.now();
  const child = spawn(program, args, { stdio: ["ignore", "ignore", "inherit"] });
  const exit = ended(child);
  const times: number[] = [];
  for await (const _ of mutations) {
    times.push((performance.now() - begun) / 1000);
    if (times.length === NEW_RECORDS) break;
  }
  stop.abort();
  const peakBytes = peakOf(child.pid);
  child.kill("SIGTERM");
  const status = await exit;
  if (status !== 0) throw new Error(`the worker ended with ${status}`);
  return { firstSeconds: times[0] ?? Number.NaN, lastSeconds: times.at(-1) ?? Number.NaN, peakBytes };
}
