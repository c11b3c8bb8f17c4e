import { createRequire } from "node:module";
import { describe, expect, it } from "vitest";
import { type AbortedTransaction, committedMessages, type RawMessage } from "./read-committed.ts";

type Filter = (given: {
  messages: readonly RawMessage[];
  abortedTransactions: readonly AbortedTransaction[];
}) => readonly RawMessage[];

const filterOfKafkajs: Filter = createRequire(import.meta.url)("kafkajs/src/consumer/filterAbortedMessages.js");

const ABORT_KEY = Buffer.from([0, 0, 0, 0]);
const COMMIT_KEY = Buffer.from([0, 0, 0, 1]);

/** `"12 a"`: at offset 12 a record of producer a; `"13 a!"` its abort marker, `"13 a."` its commit marker; `"14"` no transaction. */
function messages(...texts: readonly string[]): RawMessage[] {
  return texts.map((text) => {
    const [, offset = "", producerId = "", marker = ""] = /^(\d+) ?(\w*)([!.]?)$/.exec(text) ?? [];
    return {
      offset,
      timestamp: "0",
      key: marker === "" ? null : marker === "!" ? ABORT_KEY : COMMIT_KEY,
      value: null,
      isControlRecord: marker !== "",
      batchContext: { firstOffset: offset, lastOffsetDelta: 0, producerId, inTransaction: producerId !== "" },
    };
  });
}

function aborted(producerId: string, firstOffset: number): AbortedTransaction {
  return { producerId, firstOffset: String(firstOffset) };
}

const offsetsOf = (kept: readonly RawMessage[]) => kept.map(({ offset }) => Number(offset));

describe("committed messages", () => {
  it.each([
    {
      what: "two aborted transactions that both began before what was fetched",
      given: messages("12 b", "13 a", "14 b", "15 a!", "16 b!", "17"),
      list: [aborted("a", 10), aborted("b", 11)],
      committed: [17],
      leaked: [12],
    },
    {
      what: "an aborted transaction that began first and ended last: brokers list it last",
      given: messages("0 a", "1 b", "2 b!", "3 a!", "4"),
      list: [aborted("b", 1), aborted("a", 0)],
      committed: [4],
      leaked: [0],
    },
    {
      what: "a record whose key is that of an abort marker",
      given: messages("0 a", "1 a", "2 a!", "3").map((message, at) =>
        at === 0 ? { ...message, key: ABORT_KEY } : message,
      ),
      list: [aborted("a", 0)],
      committed: [3],
      leaked: [0, 1],
    },
  ])("leave out $what (kafkajs's own filter leaks it)", ({ given, list, committed, leaked }) => {
    const ofKafkajs = filterOfKafkajs({ messages: given, abortedTransactions: list });

    expect(offsetsOf(committedMessages(given, list))).toEqual(committed);
    expect(offsetsOf(ofKafkajs.filter(({ isControlRecord }) => !isControlRecord))).toEqual([...leaked, ...committed]);
  });

  it("are all but control records when nothing was aborted", () => {
    expect(offsetsOf(committedMessages(messages("0 a", "1", "2 a."), []))).toEqual([0, 1]);
  });

  it("hold what a producer commits after it aborted, and before", () => {
    const given = messages("0 a", "1 a.", "2 a", "3 a!", "4 a", "5 a.", "6 a", "7 a!");

    expect(offsetsOf(committedMessages(given, [aborted("a", 6), aborted("a", 2)]))).toEqual([0, 4]);
  });

  it("hold records outside of transactions by a producer that aborts one", () => {
    const given = messages("0 a", "1 a", "2 a!").map((message, at) =>
      at === 1 ? { ...message, batchContext: { ...message.batchContext, inTransaction: false } } : message,
    );

    expect(offsetsOf(committedMessages(given, [aborted("a", 0)]))).toEqual([1]);
  });
});
