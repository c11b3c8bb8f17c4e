import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { legacyThreads, linesOfThread, paginatedThreads } from "../support/generators.ts";
import { mutationsOf } from "../support/threads.ts";

const THREADS = 300;

/** Every situation that the mutations of random threads show, as short names. */
function situations(threads: typeof legacyThreads): Set<string> {
  const found = new Set<string>();
  for (const thread of fc.sample(threads, { numRuns: THREADS, seed: 1 }))
    for (const { type, payload } of mutationsOf(linesOfThread(thread))) {
      if (type === "lifecycle") found.add(payload.eventType);
      if (type === "turn_summary") found.add(payload.mutation?.status ?? "turn gone");
      if (type !== "thread_item") continue;
      found.add(payload.mutationKind === "tombstone" ? "item gone" : payload.isOpen ? "item open" : "item closed");
      const text = payload.materializedThreadItem?.text;
      if (text !== undefined) found.add((JSON.parse(text) as { type: string }).type);
    }
  return found;
}

const SITUATIONS = [
  ...["thread.started", "turn.started", "turn.completed", "turn.cancelled", "turn.failed", "thread.rolled_back"],
  ...["inProgress", "completed", "interrupted", "failed", "turn gone", "item open", "item closed", "item gone"],
  ...[
    "userMessage",
    "hookPrompt",
    "agentMessage",
    "plan",
    "reasoning",
    "commandExecution",
    "fileChange",
    "mcpToolCall",
  ],
  ...["dynamicToolCall", "collabAgentToolCall", "subAgentActivity", "webSearch", "imageView", "imageGeneration"],
  ...["enteredReviewMode", "exitedReviewMode", "functionCallOutput", "sleep", "contextCompaction"],
].sort();

describe("the threads that the properties are tried on", () => {
  it.each([
    ["legacy", legacyThreads],
    ["paginated", paginatedThreads],
  ])("reach every kind of change and item: %s ones", (_mode, threads) => {
    expect([...situations(threads)].sort()).toEqual(SITUATIONS);
  });
});
