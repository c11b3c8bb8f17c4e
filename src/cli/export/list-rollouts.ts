import { tableLines } from "../table.ts";
import { fileNameOf } from "./file-name.ts";
import type { FoundRollout } from "./found-rollout.ts";
import { type PositionRange, Trait } from "./line-table.ts";

const HEAD = ["ROLLOUT", "FILE", "LINES", "FIRST", "LAST", "MISSING", "TOO LONG", "ELIDED", "REDACTED"];

/** A table of a thread's rollouts, the newest last. */
export function rolloutTable(threadId: string, rollouts: readonly FoundRollout[]): string {
  const rows = rollouts.map((rollout) => {
    const { rolloutId, lines, firstRecordedAt, lastRecordedAt } = rollout;
    const markers = lines.count(Trait.marker);
    return [
      rolloutId,
      fileNameOf(threadId, rollout) ?? "-",
      lines.count(Trait.present) - markers,
      timeText(firstRecordedAt),
      timeText(lastRecordedAt),
      countOf(lines.missing()),
      markers,
      lines.count(Trait.elided),
      lines.count(Trait.redacted),
    ];
  });
  return `${tableLines([HEAD, ...rows]).join("\n")}\n`;
}

function countOf(ranges: Iterable<PositionRange>): number {
  let count = 0;
  for (const { first, last } of ranges) count += last - first + 1;
  return count;
}

function timeText(milliseconds: number): string {
  const date = new Date(milliseconds);
  return Number.isNaN(date.getTime()) ? String(milliseconds) : date.toISOString();
}
