import { ROLLOUT_NAME, type RolloutFile } from "../../../conformance/src/rollout-file.ts";
import type { Integer } from "../../../src/json/index.ts";
import { type ObservedLine, ThreadProjector } from "../../../src/projections/index.ts";
import { RowBatch } from "../../../src/read-model/index.ts";
import { type DecodedLine, LineDecoder, ThreadMode } from "../../../src/rollout/index.ts";

/**
 * What the mutations of rollouts come to, of the lines alone that Codex's reader keeps: a file that Codex wrote holds no others,
 * and what it would answer for those is what we are compared with.
 */
export function codexRows(files: readonly RolloutFile[]): RowBatch {
  const batch = new RowBatch();
  let offset = 0;
  for (const [threadId, rollouts] of Map.groupBy(files, (file) => file.threadId)) {
    const projector = new ThreadProjector(["thread-item", "turn-summary", "lifecycle"]);
    for (const line of keptLines(threadId, rollouts)) {
      for (const mutation of projector.project(line)) batch.add(mutation, offset);
      offset += 1;
    }
  }
  return batch;
}

function* keptLines(threadId: string, rollouts: readonly RolloutFile[]): Generator<ObservedLine> {
  const decoder = new LineDecoder();
  const mode = new ThreadMode();
  for (const { name, text, mode: historyMode } of rollouts) {
    const rolloutId = rolloutIdOf(name);
    const ordinals = new Ordinals();
    for (const [position, content] of text.split("\n").entries()) {
      const bytes = Buffer.from(content);
      const line = decoder.decode(bytes, 0, bytes.length, mode.in(rolloutId));
      if (line.outcome === "event") mode.saw(line.event);
      const isAhead = ordinals.take(line);
      if (line.outcome === "empty" || line.outcome === "rejected") continue;
      if (historyMode === "legacy" ? !line.counted : !isAhead || isLiveOnly(line)) continue;
      const { counted, ordinal } = line;
      const [event, timestamp] = line.outcome === "event" ? [line.event, line.timestamp] : [null, ""];
      yield { threadId, rolloutId, position, generation: 0, counted, ordinal, event, timestamp };
    }
  }
}

/** The id after `_` in a file's name, or else the thread's. */
function rolloutIdOf(name: string): string {
  if (!ROLLOUT_NAME.test(name)) throw new Error(`not a rollout's name: ${name}`);
  return name.slice(-"00000000-0000-0000-0000-000000000000.jsonl".length, -".jsonl".length);
}

/** The ordinals of a paginated rollout: lines count that are ahead of all before, and so do some that are then refused. */
class Ordinals {
  #last: Integer = -1;

  take(line: DecodedLine): boolean {
    if (line.outcome === "empty" || (line.outcome === "neutral" && !line.known)) return false;
    const { ordinal } = line;
    if (ordinal === undefined || ordinal === null || ordinal <= this.#last) return false;
    this.#last = ordinal;
    return true;
  }
}

/** What Codex never writes into a paginated file. */
function isLiveOnly(line: DecodedLine): boolean {
  return line.outcome === "event" && (line.event.type === "item_started" || line.event.type === "error");
}
