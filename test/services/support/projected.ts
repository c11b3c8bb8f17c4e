import { readFileSync } from "node:fs";
import { join } from "node:path";
import { OBSERVER_NAMES, type ObserverName } from "../../../src/projections/index.ts";
import type { Deployment } from "./deployment.ts";
import { OUTPUTS } from "./workload.ts";

/** A mutation in its canonical JSON, and what the comparison needs of it. */
export interface MutationLine {
  readonly threadId: string;
  readonly mutationId: string;
  readonly json: string;
}

/** What `project --emit mutations` makes of rollout files, by observer. */
export async function projected(
  deployment: Deployment,
  ...paths: readonly string[]
): Promise<ReadonlyMap<ObserverName, readonly MutationLine[]>> {
  const out = join(deployment.folder, "projected");
  await deployment.run("project", "--emit", "mutations", "--out", out, ...paths);
  return new Map(
    OBSERVER_NAMES.map((name) => {
      const lines = readFileSync(join(out, `${OUTPUTS[name].topic}.jsonl`), "utf8")
        .split("\n")
        .slice(0, -1);
      return [name, lines.map((json) => ({ ...(JSON.parse(json) as MutationLine), json }))];
    }),
  );
}

/** The mutations of each thread, in order. */
export function byThread(mutations: readonly Pick<MutationLine, "threadId" | "json">[]): Map<string, string[]> {
  const threads = Map.groupBy(mutations, ({ threadId }) => threadId);
  return new Map([...threads].map(([threadId, list]) => [threadId, list.map(({ json }) => json)]));
}
