import { type Contender, contendersFor, MIGRATE, PARSE, PROJECT, READ_THREAD } from "./contenders.ts";
import type { Usage } from "./processes.ts";
import type { BenchRollout } from "./rollouts.ts";
import { median } from "./statistics.ts";

/** The samples of one contender; those of one round stand at the same place. */
export interface Measured {
  readonly contender: Contender;
  readonly samples: readonly Usage[];
}

/** How many times as fast as another contender, per byte. */
export interface Ratio {
  readonly against: string;
  readonly wall: number;
  readonly cpu: number;
  readonly goal: number;
}

/** What `project` is to reach, by contender. */
const GOALS: ReadonlyMap<string, number> = new Map([
  [PARSE, 1],
  [READ_THREAD, 3],
  [MIGRATE, 15],
]);

/** Round after round, each contender once: what slows the machine down hits all of them. */
export async function measureSpeed(rollout: BenchRollout, megabytes: number, rounds: number): Promise<Measured[]> {
  const measured = contendersFor(rollout, megabytes).map((contender) => ({ contender, samples: [] as Usage[] }));
  for (let round = 0; round < rounds; round++) {
    for (const { contender, samples } of measured) {
      if (contender.isSlow && round > 0) continue;
      const usage = await contender.measure();
      console.error(`${rollout.mode}, round ${round + 1}: ${contender.name} ${usage.cpuSeconds.toFixed(2)} s CPU`);
      samples.push(usage);
    }
  }
  return measured;
}

/** How fast `project` is beside the others: the median over the rounds of the ratio within a round. */
export function ratiosOf(measured: readonly Measured[]): Ratio[] {
  const project = measured.find(({ contender }) => contender.name === PROJECT);
  if (project === undefined) throw new Error("project was not measured");
  return measured.flatMap(({ contender, samples }) => {
    const goal = GOALS.get(contender.name);
    if (goal === undefined) return [];
    const perByte = project.contender.bytes / contender.bytes;
    const ratio = (what: "wallSeconds" | "cpuSeconds"): number =>
      median(samples.map((sample, round) => (perByte * sample[what]) / (project.samples[round]?.[what] ?? Number.NaN)));
    return [{ against: contender.name, wall: ratio("wallSeconds"), cpu: ratio("cpuSeconds"), goal }];
  });
}

export function medianOf({ samples }: Measured, what: keyof Usage): number {
  return median(samples.map((sample) => sample[what]));
}
