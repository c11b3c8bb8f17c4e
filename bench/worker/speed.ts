import { fileURLToPath } from "node:url";
import type { ObserverName } from "../../src/projections/index.ts";
import type { RolloutRecord } from "../../src/worker/index.ts";
import { median } from "../statistics.ts";
import { COMMAND } from "./command.ts";
import { onlyItems, realMix } from "./input.ts";
import { address, Installation } from "./installation.ts";
import { shareWithMutations } from "./share.ts";
import { type Taken, taking } from "./timed.ts";

export interface SpeedInput {
  readonly name: string;
  readonly records: (count: number) => Iterable<RolloutRecord>;
  /** How many times as fast as the copy loop. */
  readonly goals: ReadonlyMap<ObserverName, number>;
}

const ITEM_THREADS = 200;
/** Enough for all of the corpus several times. */
const SHARE_RECORDS = 20_000;
const COPY_LOOP = "copy loop";

export const REAL_MIX: SpeedInput = {
  name: "the real mix",
  records: realMix,
  goals: new Map([
    ["thread-item", 1.3],
    ["turn-summary", 3],
    ["lifecycle", 3],
  ]),
};

export const ONLY_ITEMS: SpeedInput = {
  name: "every record gives a mutation",
  records: (count) => onlyItems(count, ITEM_THREADS),
  goals: new Map([["thread-item", 0.75]]),
};

export interface Contender {
  readonly name: ObserverName | "copy loop";
  readonly samples: readonly Taken[];
  /** Of the records, those that give a mutation; of the copy loop all, which it copies. */
  readonly share: number;
}

export interface Speed {
  readonly input: SpeedInput;
  readonly records: number;
  readonly contenders: readonly Contender[];
}

/** Round after round, the copy loop and each observer take the same input once. */
export async function measureSpeed(input: SpeedInput, records: number, rounds: number): Promise<Speed> {
  await using installation = await Installation.open("speed");
  await installation.publish(input.records(records));
  const names = [COPY_LOOP, ...input.goals.keys()] as const;
  const shareOf = (name: Contender["name"]): number =>
    name === COPY_LOOP ? 1 : shareWithMutations(input.records(SHARE_RECORDS), name);
  const contenders = names.map((name) => ({ name, samples: [] as Taken[], share: shareOf(name) }));
  for (let round = 0; round < rounds; round++) {
    for (const { name, samples } of contenders) {
      const taken = name === COPY_LOOP ? await copying(installation, round) : await working(installation, name);
      samples.push(taken);
      const speed = (records / taken.seconds).toFixed(0);
      console.error(`${input.name}, round ${round + 1}: ${name} ${speed}/s, ${taken.cpuSeconds.toFixed(2)} s CPU`);
    }
  }
  return { input, records, contenders };
}

/** The median over the rounds of the ratio within a round. */
export function timesAsFast(contender: Contender, { contenders }: Speed, what: "seconds" | "cpuSeconds"): number {
  const copy = contenders.find(({ name }) => name === COPY_LOOP);
  return median(contender.samples.map((sample, round) => (copy?.samples[round]?.[what] ?? Number.NaN) / sample[what]));
}

async function working(installation: Installation, observer: ObserverName): Promise<Taken> {
  const args = ["worker", "--once", "--observer", observer, "--prefix", installation.prefix, "--set", "http.port=0"];
  const taken = await taking(installation, installation.groupOf(observer), [COMMAND, ...args], false);
  await installation.forget(observer);
  return taken;
}

/** With the options of the command itself. */
async function copying(installation: Installation, round: number): Promise<Taken> {
  const node = [process.execPath, "--max-semi-space-size=8", "--disable-warning=TimeoutNegativeWarning"];
  const loop = fileURLToPath(import.meta.resolve("./copy-loop.ts"));
  const group = `${installation.prefix}.copy-${round}`;
  const { rolloutEvents, deadLetters } = installation.topics;
  return await taking(
    installation,
    group,
    [...node, loop, address("KAFKA_BROKERS"), group, rolloutEvents, deadLetters],
    true,
  );
}
