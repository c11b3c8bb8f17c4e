import { isIncarnationOf } from "../../../src/rollout/index.ts";
import type { TestRollout } from "../../support/threads.ts";
import type { LoggedLine } from "./ship-log.ts";

/** What a consumer that follows the rules for positions takes from the log (D19, D20). */
export class ShipConsumer {
  /** What no shipper may do. */
  readonly complaints: string[] = [];
  /** By thread and rollout, in the order in which they began. */
  readonly #threads = new Map<string, Map<string, string[]>>();
  repeated = 0;

  take({ threadId, rolloutId, position, line }: LoggedLine): void {
    const rollouts = this.#threads.get(threadId) ?? new Map<string, string[]>();
    this.#threads.set(threadId, rollouts);
    const lines = rollouts.get(rolloutId) ?? [];
    rollouts.set(rolloutId, lines);
    const place = `${threadId} ${rolloutId} ${position}`;
    if (position > lines.length) this.complaints.push(`${place}: a gap, ${lines.length} was next`);
    else if (position < lines.length) {
      this.repeated += 1;
      if (lines[position] !== line) this.complaints.push(`${place}: ${lines[position]} became ${line}`);
    } else {
      if ([...rollouts.keys()].at(-1) !== rolloutId) this.complaints.push(`${place}: late, a later rollout has begun`);
      lines.push(line);
    }
  }

  /** All contents of the rollouts of a thread, in the order in which they began. */
  contents(threadId: string): TestRollout[] {
    return [...(this.#threads.get(threadId) ?? [])].map(([rolloutId, lines]) => ({ rolloutId, lines }));
  }

  newest(threadId: string, baseId: string): TestRollout {
    return (
      this.contents(threadId).findLast(({ rolloutId }) => isIncarnationOf(rolloutId, baseId)) ?? {
        rolloutId: baseId,
        lines: [],
      }
    );
  }
}

interface Row {
  readonly type: string;
  readonly mutationKind?: string;
  readonly payload: {
    readonly turnId: string;
    readonly mutation?: { readonly turnOrdinal: number } | null;
    readonly itemKey?: string;
    readonly itemOrdinal?: number;
    readonly materializedThreadItem?: object | null;
  };
}

/** The rows of turns and items that mutations of a thread leave, by what they say; places only by their order. */
export function rowsOf(mutations: readonly string[]): string[] {
  const rows = new Map<string, { readonly order: number; readonly text: string }>();
  for (const json of mutations) {
    const { type, payload } = JSON.parse(json) as Row;
    const key = JSON.stringify([type, payload.turnId, payload.itemKey]);
    if (type === "turn_summary") {
      const { turnOrdinal: order = 0, ...summary } = payload.mutation ?? {};
      if (payload.mutation === null) rows.delete(key);
      else rows.set(key, { order, text: JSON.stringify(summary) });
    }
    if (type === "thread_item") {
      const { materializedThreadItem: item, itemOrdinal: order = 0 } = payload;
      if (item === null) rows.delete(key);
      else rows.set(key, { order, text: JSON.stringify(item) });
    }
  }
  const turns = [...rows].filter(([key]) => key.startsWith('["turn_summary"'));
  const items = [...rows].filter(([key]) => key.startsWith('["thread_item"'));
  return [turns, items].flatMap((list) =>
    list.sort(([, a], [, b]) => a.order - b.order).map(([key, { text }]) => `${key} ${text}`),
  );
}
