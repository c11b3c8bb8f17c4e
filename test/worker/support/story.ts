import type { RolloutRecord } from "../../../src/worker/index.ts";
import { agent, type Line, rollout, session, started, user } from "../../support/story.ts";
import type { World } from "./world.ts";

/** Lines of one rollout as records of a thread, from a position on. */
export function records(threadId: string, lines: readonly Line[], from = 0, rolloutId = threadId): RolloutRecord[] {
  return rollout(rolloutId, lines).lines.map((line, n) => ({
    threadId,
    rolloutId,
    position: from + n,
    recordedAt: 0,
    kind: "",
    eventType: null,
    line: Buffer.from(line),
    oversized: null,
  }));
}

/** A thread of one turn in which the agent says these things. */
export function saying(threadId: string, ...messages: readonly string[]): RolloutRecord[] {
  return records(threadId, [session(), started("a"), user("go"), ...messages.map(agent)]);
}

/** What consumers see of a thread's agent messages. */
export function said(world: World, threadId: string): string[] {
  return world.outputs.flatMap((output) => {
    if (output.type !== "mutation" || output.mutation.type !== "thread_item") return [];
    const { payload, threadId: of } = output.mutation;
    const item = JSON.parse(payload.materializedThreadItem?.text ?? "{}");
    return of === threadId && item.type === "agentMessage" ? [item.text] : [];
  });
}
