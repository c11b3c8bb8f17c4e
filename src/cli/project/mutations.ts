import { type Mutation, mutationJson, mutationsOf, type ObserverName } from "../../projections/index.ts";
import type { LineOutput } from "../output.ts";
import { byThread } from "../rollouts/known.ts";
import type { ProjectJob } from "./job.ts";
import { outputTo } from "./output.ts";
import { projectThread } from "./threads.ts";

/** The file of each observer's mutations has the name of its topic. */
const FILES: Readonly<Record<ObserverName, string>> = {
  "thread-item": "thread-items.jsonl",
  "turn-summary": "turn-summaries.jsonl",
  lifecycle: "lifecycle-events.jsonl",
};

const OBSERVER_OF: Readonly<Record<Mutation["type"], ObserverName>> = {
  thread_item: "thread-item",
  turn_summary: "turn-summary",
  lifecycle: "lifecycle",
};

/** `--emit mutations`: one line of JSON for each mutation, thread after thread. */
export async function emitMutations(job: ProjectJob): Promise<void> {
  const outputs = await outputsOf(job);
  const all = [...new Set(outputs.values())];
  const flow = async (): Promise<void> => {
    for (const output of all) await output.flow();
  };
  for (const rollouts of byThread(job.rollouts)) {
    await projectThread(job, rollouts, {
      onChanges: (changes, line) => {
        for (const mutation of mutationsOf(changes, line))
          outputs.get(OBSERVER_OF[mutation.type])?.line(mutationJson(mutation));
      },
      onLine: () => undefined,
      onRejected: () => undefined,
      onPause: flow,
    });
  }
  for (const output of all) await output.end();
}

/** On standard output all mutations stand in one sequence; in a folder each observer has its file. */
async function outputsOf(job: ProjectJob): Promise<Map<ObserverName, LineOutput>> {
  const { out, observers } = job.options;
  const outputs = new Map<ObserverName, LineOutput>();
  let output: LineOutput | undefined;
  for (const name of observers) {
    if (out !== undefined || output === undefined) output = await outputTo(job, FILES[name]);
    outputs.set(name, output);
  }
  return outputs;
}
