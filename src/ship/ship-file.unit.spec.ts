import { appendFileSync, mkdtempSync, rmSync, statSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { shippingTo } from "../../test/support/shipping.ts";
import { rolloutFile } from "../rollout-files/index.ts";
import type { ShipRecord } from "./index.ts";

const ID = "0197b000-0000-7000-8000-000000000001";
const NAME = `rollout-2026-01-01T00-00-00-${ID}.jsonl`;
const WRITTEN_MS = Date.parse("2026-01-01T00:00:00Z");
const WAIT_MS = 1_000;

/** A file whose times are the test's own, and a shipper of it. `last`: when it was written to last. */
function scene(options: { readonly settleMs?: number; readonly lineEndMs?: number }) {
  const folder = mkdtempSync(join(tmpdir(), "thread-history-ship-file-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, NAME);
  const sent: string[] = [];
  const sink = {
    send: (records: Iterable<ShipRecord>) => {
      for (const { record } of records) sent.push(`${record.rolloutId} ${record.position}: ${record.line}`);
      return Promise.resolve();
    },
    acknowledged: () => Promise.resolve(),
  };
  let nowMs = WRITTEN_MS;
  const shipping = shippingTo(sink, {
    paths: [],
    positions: join(folder, "positions.sqlite"),
    now: () => nowMs,
    ...options,
  });
  onTestFinished(() => shipping.positions[Symbol.dispose]());
  return {
    sent,
    /** Changes the file now. */
    change(how: (path: string) => void): void {
      how(path);
      utimesSync(path, nowMs / 1_000, nowMs / 1_000);
    },
    /** What comes of shipping it so long after now. */
    async shipped(afterMs = 0) {
      nowMs += afterMs;
      const { state, replaced } = await shipping.shipper.ship(rolloutFile(path, statSync(path).size), {
        threadId: ID,
        rolloutId: ID,
      });
      await shipping.shipper.settled();
      return { state, replaced };
    },
  };
}

const WAITS = { state: "waits", replaced: null };
const WHOLE = { state: "whole", replaced: null };
const SETTLES = { state: "settles", replaced: null };

describe("lineEndMs: a last line that has no newline", () => {
  it("waits until its file was left alone for so long, and is sent then", async () => {
    const { change, shipped, sent } = scene({ lineEndMs: WAIT_MS });
    change((path) => writeFileSync(path, `{"n":1}\n{"n":2}`));

    expect(await shipped(WAIT_MS - 1)).toEqual(WAITS);
    expect(sent).toEqual([`${ID} 0: {"n":1}`]);
    expect(await shipped(1)).toEqual(WHOLE);

    expect(sent).toEqual([`${ID} 0: {"n":1}`, `${ID} 1: {"n":2}`]);
  });

  it("waits as long again after each change", async () => {
    const { change, shipped, sent } = scene({ lineEndMs: WAIT_MS });
    change((path) => writeFileSync(path, `{"n":1`));
    await shipped(WAIT_MS - 1);
    change((path) => appendFileSync(path, "}"));

    expect(await shipped(WAIT_MS - 1)).toEqual(WAITS);
    expect(await shipped(1)).toEqual(WHOLE);

    expect(sent).toEqual([`${ID} 0: {"n":1}`]);
  });

  it("is no other line when its newline comes later", async () => {
    const { change, shipped, sent } = scene({ lineEndMs: WAIT_MS });
    change((path) => writeFileSync(path, `{"n":1}`));
    await shipped(WAIT_MS);
    change((path) => appendFileSync(path, `\n{"n":2}\n`));

    expect(await shipped()).toEqual(WHOLE);

    expect(sent).toEqual([`${ID} 0: {"n":1}`, `${ID} 1: {"n":2}`]);
  });

  it("waits however long, when it is the beginning of an object", async () => {
    const { change, shipped, sent } = scene({ lineEndMs: WAIT_MS });
    change((path) => writeFileSync(path, `{"n":`));

    expect(await shipped(100 * WAIT_MS)).toEqual(WAITS);

    expect(sent).toEqual([]);
  });

  it("0: is sent at once", async () => {
    const { change, shipped, sent } = scene({ lineEndMs: 0 });
    change((path) => writeFileSync(path, `{"n":1}`));

    expect(await shipped()).toEqual(WHOLE);

    expect(sent).toEqual([`${ID} 0: {"n":1}`]);
  });
});

describe("settleMs: a file that became shorter", () => {
  const TWO = `{"n":1}\n{"n":2}\n`;

  it("settles until it was left alone for so long; then what it holds is another content, from its beginning", async () => {
    const { change, shipped, sent } = scene({ settleMs: WAIT_MS });
    change((path) => writeFileSync(path, TWO));
    await shipped();
    change((path) => truncateSync(path, 8));

    expect(await shipped(WAIT_MS - 1)).toEqual(SETTLES);
    const { state, replaced } = await shipped(1);

    expect({ state, isNamed: replaced?.startsWith(`${ID}#`) }).toEqual({ state: "whole", isNamed: true });
    expect(sent).toEqual([`${ID} 0: {"n":1}`, `${ID} 1: {"n":2}`, `${replaced} 0: {"n":1}`]);
  });

  it("and is what it was before that: nothing has happened", async () => {
    const { change, shipped, sent } = scene({ settleMs: WAIT_MS });
    change((path) => writeFileSync(path, TWO));
    await shipped();
    change((path) => truncateSync(path, 0));
    expect(await shipped()).toEqual(SETTLES);
    change((path) => writeFileSync(path, `${TWO}{"n":3}\n`));

    expect(await shipped()).toEqual(WHOLE);

    expect(sent).toEqual([`${ID} 0: {"n":1}`, `${ID} 1: {"n":2}`, `${ID} 2: {"n":3}`]);
  });

  it("to nothing waits, however long: there is nothing to go by", async () => {
    const { change, shipped, sent } = scene({ settleMs: WAIT_MS });
    change((path) => writeFileSync(path, TWO));
    await shipped();
    change((path) => truncateSync(path, 0));

    expect(await shipped(100 * WAIT_MS)).toEqual(WAITS);

    expect(sent).toHaveLength(2);
  });

  it("with another content that is as long as before need not settle", async () => {
    const { change, shipped, sent } = scene({ settleMs: WAIT_MS });
    change((path) => writeFileSync(path, TWO));
    await shipped(1);
    change((path) => writeFileSync(path, `{"m":1}\n{"m":2}\n`));

    const { state, replaced } = await shipped();

    expect(state).toBe("whole");
    expect(sent.slice(2)).toEqual([`${replaced} 0: {"m":1}`, `${replaced} 1: {"m":2}`]);
  });
});
