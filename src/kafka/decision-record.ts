import type { Decision } from "../worker/index.ts";

/** A decision as a record of the decisions topic; the newest record of a key counts. */
export function decisionMessage(decision: Decision): { readonly key: string; readonly value: string } {
  const { observer, partition, offset, threadId, action, reason, isDone } = decision;
  const value = JSON.stringify({ observer, partition, offset, threadId, action, reason, isDone });
  return { key: `${observer}/${partition}/${offset}`, value };
}

/** What the value of a record is. */
export type ReadDecision =
  | { readonly outcome: "decision"; readonly decision: Decision }
  | { readonly outcome: "malformed"; readonly reason: string };

const OBSERVERS: readonly unknown[] = ["thread-item", "turn-summary", "lifecycle"] satisfies Decision["observer"][];
const ACTIONS: readonly unknown[] = ["hold", "skip", "retry"] satisfies Decision["action"][];

const FIELDS: readonly { name: keyof Decision; isRight: (value: unknown) => boolean; what: string }[] = [
  { name: "observer", isRight: (value) => OBSERVERS.includes(value), what: `one of ${OBSERVERS.join(", ")}` },
  { name: "partition", isRight: isWhole, what: "a whole number" },
  { name: "offset", isRight: isWhole, what: "a whole number" },
  { name: "threadId", isRight: (value) => typeof value === "string", what: "a text" },
  { name: "action", isRight: (value) => ACTIONS.includes(value), what: `one of ${ACTIONS.join(", ")}` },
  { name: "reason", isRight: (value) => typeof value === "string", what: "a text" },
  { name: "isDone", isRight: (value) => typeof value === "boolean", what: "true or false" },
];

/** Never throws, whatever the bytes: people write this topic with tools of their own. */
export function readDecision(value: Buffer): ReadDecision {
  let parsed: unknown;
  try {
    parsed = JSON.parse(value.toString("utf8"));
  } catch (error) {
    return { outcome: "malformed", reason: `not JSON: ${error instanceof Error ? error.message : error}` };
  }
  const fields = Object(parsed) as Record<string, unknown>;
  const wrong = FIELDS.find(({ name, isRight }) => !isRight(fields[name]));
  if (wrong !== undefined) {
    const found = JSON.stringify(fields[wrong.name]) ?? "nothing";
    return { outcome: "malformed", reason: `${wrong.name} must be ${wrong.what}, not ${found}` };
  }
  const { observer, partition, offset, threadId, action, reason, isDone } = fields as unknown as Decision;
  return { outcome: "decision", decision: { observer, partition, offset, threadId, action, reason, isDone } };
}

function isWhole(value: unknown): boolean {
  return Number.isSafeInteger(value) && Number(value) >= 0;
}
