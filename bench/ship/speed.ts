import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { HistoryMode } from "../corpus.ts";
import { run, type Usage } from "../processes.ts";
import { benchRollout } from "../rollouts.ts";
import { address, Installation } from "../worker/installation.ts";
import { shipping } from "./shipping.ts";

const MEGABYTES = 200;

export interface ShipSpeed {
  readonly mode: HistoryMode;
  readonly bytes: number;
  readonly ship: readonly Usage[];
  readonly loop: readonly Usage[];
}

/** Round after round, both send the same file once. */
export async function measureSpeed(rounds: number): Promise<ShipSpeed[]> {
  const speeds: ShipSpeed[] = [];
  for (const mode of ["legacy", "paginated"] as const) {
    const { path, bytes } = benchRollout(mode, MEGABYTES);
    await using installation = await Installation.open("ship");
    const speed = { mode, bytes, ship: [] as Usage[], loop: [] as Usage[] };
    for (let round = 0; round < rounds; round++) {
      speed.loop.push(await producing(installation, path));
      const { command, positions } = shipping(installation, ["--once", path]);
      speed.ship.push(await run(command));
      rmSync(positions);
      const [loop, ship] = [speed.loop.at(-1)?.wallSeconds ?? 0, speed.ship.at(-1)?.wallSeconds ?? 0];
      console.error(`${mode}, round ${round + 1}: loop ${loop.toFixed(2)} s, ship ${ship.toFixed(2)} s`);
    }
    speeds.push(speed);
  }
  return speeds;
}

function producing({ topics }: Installation, path: string): Promise<Usage> {
  const node = [process.execPath, "--max-semi-space-size=8", "--disable-warning=TimeoutNegativeWarning"];
  const loop = fileURLToPath(import.meta.resolve("./read-and-produce.ts"));
  return run([...node, loop, address("KAFKA_BROKERS"), topics.deadLetters, path]);
}
