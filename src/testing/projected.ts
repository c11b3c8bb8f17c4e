import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { type Mutation, OBSERVER_NAMES, ThreadProjector } from "../projections/index.ts";
import { LineDecoder, parseRolloutFileName, ThreadMode } from "../rollout/index.ts";
import { TEST_THREAD } from "./builders.ts";

/** A mutation as a topic delivers it. */
export interface DeliveredMutation {
  readonly mutation: Mutation;
  readonly sourceOffset: number;
}

interface ProjectedThread {
  /** @default TEST_THREAD */
  readonly threadId?: string;
  /** @default the thread's id */
  readonly rolloutId?: string;
  /** Offset of the first line in the input. @default 0 */
  readonly firstOffset?: number;
}

/** One rollout of a thread: its lines, as texts or as objects that are written as JSON. */
export type RolloutLines = readonly (string | object)[];

/**
 * The mutations that the workers publish for a rollout, observer by observer for each line.
 *
 * @throws Error that names the line that cannot be read
 */
export function mutationsOfLines(lines: RolloutLines, thread: ProjectedThread = {}): DeliveredMutation[] {
  const { threadId = TEST_THREAD, rolloutId = threadId, firstOffset = 0 } = thread;
  return projected(threadId, [{ rolloutId, lines }], firstOffset);
}

function projected(
  threadId: string,
  rollouts: readonly { readonly rolloutId: string; readonly lines: RolloutLines }[],
  firstOffset: number,
): DeliveredMutation[] {
  const decoder = new LineDecoder();
  const mode = new ThreadMode();
  const projector = new ThreadProjector(OBSERVER_NAMES);
  const delivered: DeliveredMutation[] = [];
  let sourceOffset = firstOffset;
  for (const { rolloutId, lines } of rollouts)
    for (const [position, text] of lines.entries()) {
      const bytes = Buffer.from(typeof text === "string" ? text : JSON.stringify(text));
      const line = decoder.decode(bytes, 0, bytes.length, mode.in(rolloutId));
      if (line.outcome === "rejected") throw new Error(`line ${position + 1} of ${rolloutId}: ${line.message}`);
      if (line.outcome !== "empty") {
        const event = line.outcome === "event" ? line.event : null;
        if (event !== null) mode.saw(event);
        const timestamp = line.outcome === "event" ? line.timestamp : "";
        const { ordinal, counted } = line;
        const place = { threadId, rolloutId, position, ordinal, counted, generation: 0 };
        for (const mutation of projector.project({ ...place, event, timestamp }))
          delivered.push({ mutation, sourceOffset });
      }
      sourceOffset += 1;
    }
  return delivered;
}

const SAMPLES = join(import.meta.dirname, "../../samples");

/** The mutations of the real threads in `samples/`, thread by thread: commands, patches, errors, a fork, rollbacks. */
export function sampleMutations(): DeliveredMutation[] {
  const files = readdirSync(SAMPLES).sort();
  const byThread = Map.groupBy(files, (name) => parseRolloutFileName(name)?.threadId);
  const delivered: DeliveredMutation[] = [];
  let firstOffset = 0;
  for (const [threadId, names] of byThread) {
    if (threadId === undefined) continue;
    const rollouts = names.map((name) => ({
      rolloutId: parseRolloutFileName(name)?.rolloutId ?? threadId,
      lines: readFileSync(join(SAMPLES, name), "utf8").trimEnd().split("\n"),
    }));
    delivered.push(...projected(threadId, rollouts, firstOffset));
    firstOffset += rollouts.reduce((sum, { lines }) => sum + lines.length, 0);
  }
  return delivered;
}
