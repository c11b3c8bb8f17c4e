/** A record as the broker sent it: also control records, and those of aborted transactions. kafkajs gives integers as text. */
export interface RawMessage {
  readonly offset: Integer;
  readonly timestamp: Integer;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly isControlRecord: boolean;
  readonly batchContext: {
    readonly firstOffset: Integer;
    readonly lastOffsetDelta: number;
    readonly producerId: string;
    readonly inTransaction: boolean;
  };
}

type Integer = number | string;

/** From `firstOffset` to its abort marker everything that `producerId` wrote in transactions does not count. */
export interface AbortedTransaction {
  readonly producerId: string;
  readonly firstOffset: string;
}

const ABORT = 0;

/**
 * The records of a fetch that count, in order.
 *
 * kafkajs's own filter leaks aborted records: it takes up one aborted transaction per record, so that of two that began
 * before the fetched offset the second is noticed too late; it expects the list by first offset, but the broker gives it by
 * the offset of the abort marker; and it takes any record whose key is four zero bytes for an abort marker.
 */
export function committedMessages<M extends RawMessage>(
  messages: readonly M[],
  aborted: readonly AbortedTransaction[],
): M[] {
  const waiting = aborted
    .map(({ producerId, firstOffset }) => ({ producerId, firstOffset: Number(firstOffset) }))
    .sort((a, b) => b.firstOffset - a.firstOffset);
  const aborting = new Set<string>();
  return messages.filter((message) => {
    for (let next = waiting.at(-1); next && next.firstOffset <= Number(message.offset); next = waiting.at(-1)) {
      aborting.add(next.producerId);
      waiting.pop();
    }
    const { producerId, inTransaction } = message.batchContext;
    if (message.isControlRecord) {
      if (isAbortMarker(message)) aborting.delete(producerId);
      return false;
    }
    return !(inTransaction && aborting.has(producerId));
  });
}

/** The key of a control record is its version and its type, two bytes each. */
function isAbortMarker({ key }: RawMessage): boolean {
  return key !== null && key.length >= 4 && key.readInt16BE(2) === ABORT;
}
