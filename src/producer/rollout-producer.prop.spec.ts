import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROPERTY_RUNS } from "../../test/support/generators.ts";
import type { PublishedRecord } from "../kafka/index.ts";
import { parseSchema } from "../schema-registry/index.ts";
import type { RolloutRecord } from "../worker/index.ts";
import { AppendError } from "./errors.ts";
import type { LogConnection } from "./log-connection.ts";
import { LogProducer } from "./rollout-producer.ts";

const THREADS = ["01900000-0000-7000-8000-00000000000a", "01900000-0000-7000-8000-00000000000b"] as const;

const type = parseSchema(readFileSync(join(import.meta.dirname, "../../schemas/rollout-event.avsc"), "utf8"));

function recordIn(value: Buffer): RolloutRecord {
  return type.fromBuffer(value.subarray(5)) as RolloutRecord;
}

/** What befalls a connection: it cannot be had, or after so many records it fails, some of which are written without word. */
type Fate = { readonly connects: boolean; readonly records: number; readonly unsaid: number };

/** A log that holds all it was given, over connections that come to their fates one after the other; then one that lasts. */
class UnreliableLog {
  readonly records: RolloutRecord[] = [];
  readonly #fates: Fate[];

  constructor(fates: readonly Fate[]) {
    this.#fates = [...fates];
  }

  readonly connect = async (): Promise<LogConnection> => {
    const fate = this.#fates.shift() ?? { connects: true, records: Number.POSITIVE_INFINITY, unsaid: 0 };
    await Promise.resolve();
    if (!fate.connects) throw new Error("no connection");
    let taken = 0;
    const limit = fate.records + fate.unsaid;
    return {
      schemaId: 1,
      publish: async (records: Iterable<PublishedRecord>) => {
        for (const { value } of records) {
          // Others run meanwhile, as they do while one waits for room.
          await Promise.resolve();
          taken += 1;
          if (taken <= limit) this.records.push(recordIn(value));
          if (taken > limit + 2) throw new Error("the connection was lost");
        }
      },
      acknowledged: async () => {
        const until = taken;
        await Promise.resolve();
        if (until > fate.records) throw new Error("the connection was lost");
      },
      close: () => Promise.resolve(),
    };
  };
}

const fate: fc.Arbitrary<Fate> = fc.record({
  connects: fc.boolean(),
  records: fc.nat(12),
  unsaid: fc.nat(6),
});
const append = fc.record({ thread: fc.nat(1), count: fc.integer({ min: 1, max: 4 }), awaits: fc.boolean() });

describe("a producer over connections that fail", () => {
  it("when what failed is appended again, in order: every line is in the log in order, none at the place of another", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fate, { maxLength: 6 }),
        fc.array(append, { maxLength: 30 }),
        async (fates, appends) => {
          const log = new UnreliableLog(fates);
          const producer = new LogProducer(log.connect, { maxRecordBytes: 1_000_000 });
          const wanted: string[][] = [[], []];
          const given: string[][][] = [[], []];
          let line = 0;
          /** Appends what is not acknowledged yet, all at once, until it is. */
          const settle = async (thread: number): Promise<void> => {
            while ((given[thread] ?? []).length > 0) {
              const batches = given[thread]?.splice(0) ?? [];
              const id = THREADS[thread] ?? "";
              const results = await Promise.allSettled(batches.map((lines) => producer.append(id, lines)));
              for (const [at, result] of results.entries()) {
                if (result.status === "fulfilled") continue;
                expect(result.reason).toBeInstanceOf(AppendError);
                given[thread]?.push(batches[at] ?? []);
              }
            }
          };
          for (const { thread, count, awaits } of appends) {
            const lines = Array.from({ length: count }, () => `{"n":${line++}}`);
            wanted[thread]?.push(...lines);
            given[thread]?.push(lines);
            if (awaits) await Promise.all([settle(0), settle(1)]);
          }
          await Promise.all([settle(0), settle(1)]);
          await producer.close();

          for (const [thread, threadId] of THREADS.entries()) {
            const records = log.records.filter((record) => record.threadId === threadId);
            expect(new Set(records.map(({ rolloutId }) => rolloutId)).size).toBeLessThanOrEqual(1);
            const byPosition = new Map<number, string>();
            for (const { position, line } of records) {
              expect(byPosition.get(position) ?? String(line)).toBe(String(line));
              // Consumers take what goes on, and drop what they had: nothing may come before what precedes it.
              expect(position).toBeLessThanOrEqual(byPosition.size);
              byPosition.set(position, String(line));
            }
            expect([...byPosition.values()]).toEqual(wanted[thread]);
          }
        },
      ),
      { numRuns: PROPERTY_RUNS },
    );
  });
});
