import type { Offset, Output, SourceRecord } from "./records.ts";

/** What must hold whatever fails does not: a defect, here or in what this stands on. The worker starts over from what is stored. */
export class InvariantError extends Error {
  override readonly name = "InvariantError";
}

/** After reading: records come in the order of their offsets, and below where the batch ends. */
export function ensureInOrder(records: readonly SourceRecord[], next: Offset): void {
  let before = -1;
  for (const { offset } of records) {
    if (offset <= before || offset >= next)
      throw new InvariantError(`record ${offset} came after ${before} in a batch that ends at ${next}`);
    before = offset;
  }
}

/** Before writing: what goes out comes from records that the offset covers, in their order. */
export function ensureCovered(outputs: readonly Output[], next: Offset): void {
  let before = -1;
  for (const output of outputs) {
    if (output.type !== "mutation") continue;
    const { sourceOffset, mutation } = output;
    if (sourceOffset < before || sourceOffset >= next)
      throw new InvariantError(
        `${mutation.mutationId} of record ${sourceOffset} would go out after ${before}, at ${next}`,
      );
    before = sourceOffset;
  }
}

/** Before a flush: a checkpoint is never ahead of the committed offset. */
export function ensureCommitted(watermark: Offset, committed: Offset): void {
  if (watermark > committed) throw new InvariantError(`a checkpoint of ${watermark} would be ahead of ${committed}`);
}

/** After a load: no state reflects a record that is still to be taken. */
export function ensureNotAhead(threadId: string, reflected: Offset, bound: Offset): void {
  if (reflected > bound) throw new InvariantError(`thread ${threadId} reflects ${reflected}, beyond ${bound}`);
}
