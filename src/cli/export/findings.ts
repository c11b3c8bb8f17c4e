import type { FoundRollout } from "./found-rollout.ts";
import { type PositionRange, Trait } from "./line-table.ts";
import type { FoundThread } from "./scan-thread.ts";

/** So many ranges of positions are listed. */
const MAX_RANGES = 20;

/** Why files of these rollouts would not hold every line; empty when they do. */
export function faultsOf({ unreadable, hidden }: FoundThread, chosen: readonly FoundRollout[]): string[] {
  const rest = unreadable.count - unreadable.examples.length;
  return [
    ...chosen.flatMap(faultsOfRollout),
    ...unreadable.examples.map(
      ({ partition, offset, reason }) =>
        `${partition}/${offset}: a record of the thread cannot be read, and may be a line: ${reason}`,
    ),
    ...(rest === 0 ? [] : [`${rest} more records of the thread cannot be read`]),
    ...hidden.map(
      ({ partition, offset }) =>
        `${partition}/${offset}: a transaction is open here, what lies behind it cannot be read yet: export again later`,
    ),
  ];
}

function faultsOfRollout({ rolloutId, lines }: FoundRollout): string[] {
  const missing = positions(lines.missing());
  const markers = positions(lines.rangesOf(Trait.marker));
  return [
    ...(missing === "" ? [] : [`${rolloutId}: the log has no line at ${missing}`]),
    ...(markers === ""
      ? []
      : [`${rolloutId}: too long for a record, so that the log has only their size and hash: ${markers}`]),
  ];
}

/** In what a rollout's file is not what was once written. */
export function differencesOf({ rolloutId, lines, conflicts, firstConflict }: FoundRollout): string[] {
  const elided = positions(lines.rangesOf(Trait.elided));
  const redacted = positions(lines.rangesOf(Trait.redacted));
  return [
    ...(elided === "" ? [] : [`${rolloutId}: long values were left out before the log, at ${elided}`]),
    ...(redacted === "" ? [] : [`${rolloutId}: secrets were replaced before the log, at ${redacted}`]),
    ...(firstConflict === undefined ? [] : [`${rolloutId}: ${conflictText(conflicts, firstConflict)}`]),
  ];
}

function conflictText(count: number, first: number): string {
  if (count === 1) return `1 later record has another content than the first one of position ${first}, which counts`;
  return `${count} later records, from position ${first} on, have another content than the first one of their position, which counts`;
}

/** `position 3`, `positions 3, 7–9`; empty when there are none. */
export function positions(ranges: Iterable<PositionRange>): string {
  const texts: string[] = [];
  let count = 0;
  for (const { first, last } of ranges) {
    count += last - first + 1;
    if (texts.length <= MAX_RANGES) texts.push(first === last ? String(first) : `${first}–${last}`);
  }
  if (count === 0) return "";
  const listed = texts.slice(0, MAX_RANGES).join(", ");
  const more = texts.length > MAX_RANGES ? ` and more (${count} in all)` : "";
  return `position${count === 1 ? "" : "s"} ${listed}${more}`;
}
