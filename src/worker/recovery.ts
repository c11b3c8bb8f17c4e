import type { CheckpointHead, RecordMark } from "./checkpoint-store.ts";
import { HaltError } from "./errors.ts";
import type { LogBounds } from "./log.ts";
import type { WorkerOptions } from "./options.ts";
import type { Offset } from "./records.ts";

/** What was found after fencing. */
export interface Found {
  /** The group's committed offset `C`. */
  readonly committed: Offset | null;
  readonly head: CheckpointHead | null;
  readonly bounds: LogBounds;
}

/** How to get from what was found to the state that belongs to the offset where emitting starts. */
export interface Recovery {
  readonly readFrom: Offset;
  /** Records below it change state only. */
  readonly emitFrom: Offset;
  readonly head: CheckpointHead;
  /** Whether no stored state counts any more: `head` is of a new generation. */
  readonly startsOver: boolean;
  /** The record that must still be where the checkpoint saw it. */
  readonly mark: RecordMark | null;
}

type Choices = Pick<WorkerOptions, "onLostHistory" | "onLostOffset">;

/**
 * Where to read from and where to emit from (design §5, step 3).
 *
 * @throws HaltError when what was found does not fit together and no option says what to do
 */
export function planRecovery(found: Found, choices: Choices): Recovery {
  const { committed, head, bounds } = found;
  if (committed === null) {
    if (head === null) return startOver(found, bounds.start);
    return lostOffset(found, choices, "the group has no committed offset, but a checkpoint exists");
  }
  if (committed > bounds.end)
    return lostOffset(found, choices, `the committed offset ${committed} lies beyond the end ${bounds.end} of the log`);
  if (head !== null && head.highest > bounds.end)
    return lostOffset(found, choices, `the checkpoint (${head.highest}) lies beyond the end ${bounds.end} of the log`);
  if (committed < bounds.start) {
    const what = `records [${committed}, ${bounds.start}) were removed from the log before they were processed`;
    return lostHistory(found, choices, what, bounds.start);
  }
  if (head === null || head.highest > committed) return rebuild(found, choices, committed);
  if (head.watermark < bounds.start) {
    const what = `records [${head.watermark}, ${bounds.start}), which the checkpoint does not hold, were removed from the log`;
    return lostHistory(found, choices, what, committed);
  }
  const { mark, watermark } = head;
  return {
    readFrom: watermark,
    emitFrom: committed,
    head,
    startsOver: false,
    mark: mark !== null && mark.offset >= bounds.start ? mark : null,
  };
}

/** A topic that was made again holds other records at the same offsets. */
export function madeAgain(found: Found, choices: Choices, mark: RecordMark): Recovery {
  return lostOffset(found, choices, `record ${mark.offset} is not the one that the checkpoint was taken after`);
}

/** No state fits the committed offset: all of the log below it is applied without emitting. */
function rebuild(found: Found, choices: Choices, committed: Offset): Recovery {
  const { bounds } = found;
  if (bounds.start > 0 && committed > bounds.start) {
    const what = `the state has to be rebuilt from the log, whose records below ${bounds.start} were removed`;
    return lostHistory(found, choices, what, committed);
  }
  return startOver(found, committed);
}

function startOver({ head, bounds }: Found, emitFrom: Offset): Recovery {
  const generation = head === null ? 0 : head.generation + 1;
  return {
    readFrom: bounds.start,
    emitFrom,
    head: { generation, watermark: bounds.start, highest: bounds.start, mark: null },
    startsOver: true,
    mark: null,
  };
}

function lostHistory(found: Found, { onLostHistory }: Choices, what: string, emitFrom: Offset): Recovery {
  if (onLostHistory === "continue") return startOver(found, emitFrom);
  throw new HaltError(
    `${what}; restore them (longer retention, a backup), or set worker.onLostHistory=continue to go on with what the log still holds`,
  );
}

function lostOffset(found: Found, { onLostOffset }: Choices, what: string): Recovery {
  if (onLostOffset === "start-over") return startOver(found, found.bounds.start);
  throw new HaltError(
    `${what} (were offsets deleted or expired, or was the topic made again?); reset the group's offset to where emitting should go on, ` +
      "or set worker.onLostOffset=start-over to project the whole log again",
  );
}
