import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { isIncarnationOf } from "../../src/rollout/index.ts";
import { type RecordSink, recoverPositions, type ShipRecord } from "../../src/ship/index.ts";
import type { SqliteShipPositions } from "../../src/ship-positions/index.ts";
import { PROPERTY_RUNS } from "../support/generators.ts";
import { plainRecords, shippingTo } from "../support/shipping.ts";

/**
 * Whatever is done to rollout files while they are shipped, and wherever the shipping ends: each record in the log has its
 * place to itself or repeats what is there, none is missing before it, and the newest incarnation of each rollout holds the
 * lines that its file holds in the end.
 */

const THREAD = "0197b000-0000-7000-8000-000000000001";
const FILES = [
  `rollout-2026-01-01T00-00-00-${THREAD}.jsonl`,
  `rollout-2026-01-02T00-00-00-${THREAD}_0197b000-0000-7000-8000-000000000002.jsonl`,
];
const BASES = [THREAD, "0197b000-0000-7000-8000-000000000002"];
const FOLDERS = ["sessions", "archived_sessions"];

const scratch = mkdtempSync(join(tmpdir(), "thread-history-ship-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type File = 0 | 1;

/** What happens next. */
type Step =
  | { readonly type: "append"; readonly file: File; readonly lines: readonly string[] }
  | { readonly type: "append part of a line"; readonly file: File; readonly text: string }
  | { readonly type: "cut"; readonly file: File; readonly share: number }
  | {
      readonly type: "write anew";
      readonly file: File;
      readonly keepsFirst: boolean;
      readonly lines: readonly string[];
    }
  | { readonly type: "move"; readonly file: File }
  | { readonly type: "copy"; readonly file: File }
  | {
      readonly type: "ship";
      readonly crashAt: number | null;
      readonly acknowledges: boolean;
      readonly delivers: number;
    }
  | { readonly type: "lose positions" };

const file = fc.constantFrom<File>(0, 1);
const line = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 8 }) },
  { weight: 1, arbitrary: fc.integer({ min: 1, max: 9_000 }).map((length) => "long".repeat(length / 4)) },
);
const lines = fc.array(line, { minLength: 1, maxLength: 6 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ type: fc.constant("append" as const), file, lines }) },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("append part of a line" as const),
      file,
      text: fc.string({ minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      type: fc.constant("cut" as const),
      file,
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ type: fc.constant("write anew" as const), file, keepsFirst: fc.boolean(), lines }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("move" as const), file }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("copy" as const), file }) },
  {
    weight: 8,
    arbitrary: fc.record({
      type: fc.constant("ship" as const),
      crashAt: fc.option(fc.nat(8), { freq: 2 }),
      acknowledges: fc.boolean(),
      delivers: fc.double({ min: 0, max: 1, noNaN: true }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant("lose positions" as const) }) },
);

class Crash extends Error {}

/** The log, and a broker that may not answer. */
class Log implements RecordSink {
  records: ShipRecord[] = [];
  #acknowledged = 0;
  #crashAt: number | null = null;
  #acknowledges = true;

  begin({ crashAt, acknowledges }: Pick<Extract<Step, { type: "ship" }>, "crashAt" | "acknowledges">): void {
    this.#crashAt = crashAt;
    this.#acknowledges = acknowledges;
  }

  send(records: Iterable<ShipRecord>): Promise<void> {
    for (const record of records) {
      if (this.#crashAt === 0) return Promise.reject(new Crash());
      if (this.#crashAt !== null) this.#crashAt -= 1;
      this.records.push(record);
    }
    return Promise.resolve();
  }

  acknowledged(): Promise<void> {
    if (!this.#acknowledges && this.#crashAt !== null) return Promise.reject(new Crash());
    this.#acknowledged = this.records.length;
    return Promise.resolve();
  }

  /** Of what was not acknowledged only a share, the first of it, is in the log. */
  crashed(delivers: number): void {
    const open = this.records.length - this.#acknowledged;
    this.records.length = this.#acknowledged + Math.floor(open * delivers);
    this.#acknowledged = this.records.length;
  }
}

class World {
  readonly log = new Log();
  readonly #folder = mkdtempSync(join(scratch, "run-"));
  readonly #places: [number, number] = [0, 0];
  readonly #positions = join(this.#folder, "positions.sqlite");
  #isLost = false;
  #written = 0;

  constructor() {
    for (const folder of FOLDERS) mkdirSync(join(this.#folder, folder));
    for (const which of [0, 1] as const) writeFileSync(this.#path(which), "");
  }

  #path(which: File, folder: number = this.#places[which]): string {
    return join(this.#folder, FOLDERS[folder] ?? "", FILES[which] ?? "");
  }

  text(which: File): string {
    return readFileSync(this.#path(which), "latin1");
  }

  /** Every line is another one, so that a mistake shows. */
  #line(text: string): string {
    this.#written += 1;
    return `{"n":${this.#written},"text":${JSON.stringify(text)}}`;
  }

  async do(step: Step): Promise<void> {
    switch (step.type) {
      case "append":
        appendFileSync(this.#path(step.file), step.lines.map((text) => `${this.#line(text)}\n`).join(""));
        break;
      case "append part of a line":
        appendFileSync(this.#path(step.file), `{${JSON.stringify(step.text)}`);
        break;
      case "cut":
        truncateSync(this.#path(step.file), Math.floor(this.text(step.file).length * step.share));
        break;
      case "write anew": {
        const [first = ""] = this.text(step.file).split("\n", 1);
        const kept = step.keepsFirst && first !== "" ? [first] : [];
        const next = [...kept, ...step.lines.map((text) => this.#line(text))];
        writeFileSync(this.#path(step.file), next.map((text) => `${text}\n`).join(""));
        break;
      }
      case "move": {
        const from = this.#path(step.file);
        this.#places[step.file] = 1 - this.#places[step.file];
        renameSync(from, this.#path(step.file));
        break;
      }
      case "copy":
        copyFileSync(this.#path(step.file), this.#path(step.file, 1 - this.#places[step.file]));
        await this.ship();
        break;
      case "ship":
        await this.ship(step);
        break;
      case "lose positions":
        await this.ship();
        for (const end of ["", "-wal", "-shm"]) rmSync(this.#positions + end, { force: true });
        this.#isLost = true;
        break;
    }
  }

  async ship(crash?: Extract<Step, { type: "ship" }>): Promise<void> {
    this.log.begin(crash ?? { crashAt: null, acknowledges: true });
    const paths = FOLDERS.map((name) => join(this.#folder, name));
    const shipping = shippingTo(this.log, { paths, positions: this.#positions, turnBytes: 5_000 });
    using positions = shipping.positions;
    if (this.#isLost) await this.#recover(positions, paths);
    try {
      await shipping.follower.once(new AbortController().signal);
    } catch (error) {
      if (!(error instanceof Crash)) throw error;
      this.log.crashed(crash?.delivers ?? 1);
    }
  }

  async #recover(positions: SqliteShipPositions, paths: readonly string[]): Promise<void> {
    this.#isLost = false;
    const { records } = this.log;
    async function* recordsSince() {
      for (const { record } of records) yield await Promise.resolve(record);
    }
    positions.makeKnown(await recoverPositions(recordsSince, plainRecords(), { paths, maxLineBytes: 1_000_000 }));
  }

  /** The lines of each incarnation of a rollout, in the order in which they began; as consumers take them (D19, D20). */
  incarnations(base: string): string[][] {
    const found = new Map<string, string[]>();
    for (const { record } of this.log.records) {
      const { rolloutId, position } = record;
      if (!isIncarnationOf(rolloutId, base)) continue;
      const known = found.get(rolloutId) ?? [];
      found.set(rolloutId, known);
      const text = record.line.toString("latin1");
      if (position < known.length) expect(text).toBe(known[position]);
      else {
        expect(position).toBe(known.length);
        known.push(text);
      }
    }
    return [...found.values()];
  }
}

/** The lines of a text; what was begun and is no whole line is left out. */
function wholeLines(text: string): string[] {
  const all = text.split("\n");
  const rest = all.pop() ?? "";
  return rest !== "" && isJson(rest) ? [...all, rest] : all;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

describe("shipping rollout files", () => {
  it("loses no line, and gives no place to two, whatever happens to the files and to the process", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 2, maxLength: 30 }), async (steps) => {
        const world = new World();
        for (const next of steps) await world.do(next);
        await world.ship();
        await world.ship();
        for (const which of [0, 1] as const) {
          const [text, newest] = [world.text(which), world.incarnations(BASES[which] ?? "").at(-1) ?? []];
          // Without a whole first line there is nothing to tell a new content by.
          if (text.includes("\n")) expect(newest).toEqual(wholeLines(text));
        }
      }),
      { numRuns: PROPERTY_RUNS * 3 },
    );
  });
});
