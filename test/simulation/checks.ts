import { stringifyPlain } from "../../src/json/index.ts";
import type { ObserverName } from "../../src/projections/index.ts";
import type { Output } from "../../src/worker/index.ts";
import type { BrokerPartition } from "./broker.ts";
import type { Poison } from "./poison.ts";
import type { SimulatedThread } from "./workload.ts";

/**
 * The committed mutation log of a partition is what the pure core makes of the input: byte for byte, in order per thread, each
 * id once. After offsets were set back an id may come again, with the same bytes. Answers what does not hold, or null.
 */
export function checkOutputs(
  broker: BrokerPartition,
  threads: readonly SimulatedThread[],
  observer: ObserverName,
  poison: Poison | null,
): string | null {
  const seen = new Map<string, string>();
  const found = new Map<string, string[]>(threads.map(({ id }) => [id, []]));
  for (const output of broker.outputs) {
    if (output.type !== "mutation") continue;
    const { mutation } = output;
    const text = stringifyPlain(mutation);
    const before = seen.get(mutation.mutationId);
    if (before !== undefined && before !== text) return `${mutation.mutationId} came again with other bytes: ${text}`;
    if (before !== undefined && broker.resets.length === 0) return `${mutation.mutationId} came twice`;
    if (before !== undefined) continue;
    seen.set(mutation.mutationId, text);
    found.get(mutation.threadId)?.push(text);
  }
  for (const { id, expected } of threads) {
    const without = poison?.threadId === id ? poison.place : null;
    const difference = firstDifference(found.get(id) ?? [], expected(observer, without).texts);
    if (difference !== null) return `thread ${id}: ${difference}`;
  }
  return notRepeated(broker);
}

/** What lies past an offset that was set back comes again. */
function notRepeated({ outputs, resets }: BrokerPartition): string | null {
  for (const reset of resets) {
    const after = new Set(outputs.slice(reset.outputs).map(idOf));
    const missing = outputs.find(
      (output) => output.type === "mutation" && output.sourceOffset >= reset.offset && !after.has(idOf(output)),
    );
    if (missing !== undefined) return `${idOf(missing)} did not come again after the offset was set to ${reset.offset}`;
  }
  return null;
}

function idOf(output: Output): string | null {
  return output.type === "mutation" ? output.mutation.mutationId : null;
}

function firstDifference(found: readonly string[], expected: readonly string[]): string | null {
  for (let n = 0; n < Math.max(found.length, expected.length); n++) {
    if (found[n] === expected[n]) continue;
    return `mutation ${n} is ${found[n] ?? "missing"}, not ${expected[n] ?? "there"}`;
  }
  return null;
}
