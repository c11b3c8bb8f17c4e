import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { shippingTo } from "../../test/support/shipping.ts";
import { PublishError } from "../kafka/index.ts";
import type { RecordSink, ShipEvent, ShipRecord } from "./index.ts";

const THREAD = "0197b000-0000-7000-8000-000000000001";
const NAME = `rollout-2026-01-01T00-00-00-${THREAD}.jsonl`;
/** A further rollout of the thread. */
const LATER = `rollout-2026-01-02T00-00-00-${THREAD}_0197b000-0000-7000-8000-000000000002.jsonl`;
/** Nothing is found by looking through the folders: changes have to be told. */
const NEVER_MS = 3_600_000;

/** Takes records; whether the broker has them is up to the test. */
class Sink implements RecordSink {
  readonly lines: string[] = [];
  failure: PublishError | undefined;

  send(records: Iterable<ShipRecord>): Promise<void> {
    for (const { record } of records) this.lines.push(record.line.toString());
    return Promise.resolve();
  }

  acknowledged(): Promise<void> {
    return this.failure === undefined ? Promise.resolve() : Promise.reject(this.failure);
  }
}

function scratchFolder(): string {
  const scratch = mkdtempSync(join(tmpdir(), "thread-history-follower-"));
  onTestFinished(() => rmSync(scratch, { recursive: true, force: true }));
  return scratch;
}

/** A follower of these paths, with what it needs. */
function followerOf(
  paths: readonly string[],
  scratch: string,
  listener: (event: ShipEvent) => void,
  { settleMs = 0, retryMs = 20 } = {},
) {
  const sink = new Sink();
  const positions = join(scratch, "positions.sqlite");
  return { sink, ...shippingTo(sink, { paths, positions, listener, settleMs, rescanMs: NEVER_MS, retryMs }) };
}

/** A folder that is followed until the test ends. */
function followed() {
  const scratch = scratchFolder();
  const root = join(scratch, "sessions");
  mkdirSync(root);
  const events: ShipEvent[] = [];
  const { positions, sink, follower } = followerOf([root], scratch, (event) => events.push(event));
  const stop = new AbortController();
  const ended = follower.follow(stop.signal);
  ended.catch(() => undefined); // told by whoever awaits it
  onTestFinished(async () => {
    stop.abort();
    await ended.catch(() => undefined);
    positions[Symbol.dispose]();
  });
  return {
    root,
    sink,
    ended,
    caughtUp: () => vi.waitFor(() => expect(events.map(({ type }) => type)).toContain("caught-up")),
    has: (...lines: readonly string[]) => vi.waitFor(() => expect(sink.lines).toEqual(lines), { timeout: 3_000 }),
  };
}

describe("following a folder", () => {
  it("ends when what was sent last is not acknowledged, though nothing is written after it", async () => {
    const { root, sink, ended, caughtUp } = followed();
    await caughtUp();
    sink.failure = new PublishError("1 records were not acknowledged");

    writeFileSync(join(root, NAME), "{}\n");

    await expect(ended).rejects.toBe(sink.failure);
  });

  it("a folder that is removed and made again at once is watched again", async () => {
    const { root, caughtUp, has } = followed();
    await caughtUp();
    const day = join(root, "day");
    mkdirSync(day);
    writeFileSync(join(day, NAME), "{}\n");
    await has("{}");

    rmSync(day, { recursive: true });
    mkdirSync(day);
    writeFileSync(join(day, NAME), "{}\n");
    appendFileSync(join(day, NAME), `{"n":1}\n`);
    await has("{}", `{"n":1}`);
    appendFileSync(join(day, NAME), `{"n":2}\n`);

    await has("{}", `{"n":1}`, `{"n":2}`);
  });

  it("a folder that is renamed, with another one in its place: both are watched", async () => {
    const { root, caughtUp, has } = followed();
    await caughtUp();
    const [day, old] = [join(root, "day"), join(root, "old")];
    mkdirSync(day);
    writeFileSync(join(day, NAME), "{}\n");
    await has("{}");

    renameSync(day, old);
    mkdirSync(day);
    appendFileSync(join(old, NAME), `{"n":1}\n`);
    await has("{}", `{"n":1}`);
    writeFileSync(join(day, NAME.replace("0001.", "0002.")), `{"other":1}\n`);
    await has("{}", `{"n":1}`, `{"other":1}`);
    appendFileSync(join(old, NAME), `{"n":2}\n`);

    await has("{}", `{"n":1}`, `{"other":1}`, `{"n":2}`);
  });
});

describe("the rollouts of a thread", () => {
  it("go in order, also when lines come to an earlier one, and then a later one is made, while folders are looked through", async () => {
    const scratch = scratchFolder();
    const [a, b] = [join(scratch, "a"), join(scratch, "b")];
    for (const folder of [a, b]) mkdirSync(folder);
    writeFileSync(join(a, NAME), "{}\n");
    {
      const { positions, follower } = followerOf([a, b], scratch, () => undefined);
      await follower.once(new AbortController().signal);
      positions[Symbol.dispose]();
    }
    // The path between them is missed after `a` was looked through, and before `b` is.
    const inBetween = ({ type }: ShipEvent): void => {
      if (type !== "problem") return;
      appendFileSync(join(a, NAME), `{"n":1}\n`);
      writeFileSync(join(b, LATER), `{"n":2}\n`);
    };
    const { positions, sink, follower } = followerOf([a, join(scratch, "missing"), b], scratch, inBetween);

    await follower.once(new AbortController().signal);

    expect(sink.lines).toEqual([`{"n":1}`, `{"n":2}`]);
    positions[Symbol.dispose]();
  });

  it("wait for an earlier one that was cut and may be in the middle of being written anew", async () => {
    const scratch = scratchFolder();
    const root = join(scratch, "sessions");
    mkdirSync(root);
    writeFileSync(join(root, NAME), "{}\n{}\n");
    {
      const { positions, follower } = followerOf([root], scratch, () => undefined);
      await follower.once(new AbortController().signal);
      positions[Symbol.dispose]();
    }
    truncateSync(join(root, NAME), 3);
    writeFileSync(join(root, LATER), `{"n":2}\n`);
    const { positions, sink, follower } = followerOf([root], scratch, () => undefined, { settleMs: 50, retryMs: 100 });

    await follower.once(new AbortController().signal);

    expect(sink.lines).toEqual(["{}", `{"n":2}`]);
    positions[Symbol.dispose]();
  });

  it("wait for an earlier one that was moved just now, until it is found in its new place", async () => {
    const scratch = scratchFolder();
    const [root, archive] = [join(scratch, "sessions"), join(scratch, "archived")];
    for (const folder of [root, archive]) mkdirSync(folder);
    writeFileSync(join(root, NAME), `{"n":1}\n`);
    writeFileSync(join(root, LATER), `{"n":2}\n`);
    const stop = new AbortController();
    const moved = ({ type }: ShipEvent): void => {
      if (type === "found") renameSync(join(root, NAME), join(archive, NAME));
    };
    const { positions, sink, follower } = followerOf([root, archive], scratch, moved);

    const ended = follower.follow(stop.signal);
    await vi.waitFor(() => expect(sink.lines).toHaveLength(2), { timeout: 3_000 });
    stop.abort();
    await ended;

    expect(sink.lines).toEqual([`{"n":1}`, `{"n":2}`]);
    positions[Symbol.dispose]();
  });
});

describe("a copy that is made again", () => {
  it("is a copy still, when its rollout has gone on in the meantime", async () => {
    const scratch = scratchFolder();
    const [root, backup] = [join(scratch, "a"), join(scratch, "backup")];
    for (const folder of [root, backup]) mkdirSync(folder);
    const [file, copy] = [join(root, NAME), join(backup, NAME)];
    const shipped = async () => {
      const { positions, sink, follower } = followerOf([root, backup], scratch, () => undefined);
      await follower.once(new AbortController().signal);
      positions[Symbol.dispose]();
      return sink.lines;
    };
    writeFileSync(file, `{"n":1}\n`);
    copyFileSync(file, copy);
    const before = await shipped();
    appendFileSync(file, `{"n":2}\n`);
    copyFileSync(file, copy);
    appendFileSync(file, `{"n":3}\n`);

    expect([before, await shipped(), await shipped()]).toEqual([[`{"n":1}`], [`{"n":2}`, `{"n":3}`], []]);
  });
});

describe("what is no file and no folder", () => {
  const fifo = (path: string) => execFileSync("mkfifo", [path]);

  it.each([
    ["a pipe that was named", (scratch: string) => [join(scratch, "pipe")]],
    ["a pipe among rollouts", (scratch: string) => [scratch]],
  ])("%s is a problem, and is not opened", async (_what, pathsIn) => {
    const scratch = scratchFolder();
    const [path = ""] = pathsIn(scratch);
    const pipe = path === scratch ? join(scratch, NAME) : path;
    fifo(pipe);
    const problems: string[] = [];
    const { follower, positions } = followerOf([path], scratch, (event) => {
      if (event.type === "problem") problems.push(`${event.path} ${String(event.error)}`);
    });

    await follower.once(new AbortController().signal);

    expect(problems).toEqual([`${pipe} Error: is a pipe, a socket or a device: only files are shipped`]);
    positions[Symbol.dispose]();
  });

  it("a device is one too", async () => {
    const problems: unknown[] = [];
    const { follower, positions } = followerOf(["/dev/null"], scratchFolder(), (event) => {
      if (event.type === "problem") problems.push(event.path);
    });

    await follower.once(new AbortController().signal);

    expect(problems).toEqual(["/dev/null"]);
    positions[Symbol.dispose]();
  });

  it("a pipe in the place of a file keeps later rollouts of the thread waiting", async () => {
    const scratch = scratchFolder();
    const root = join(scratch, "sessions");
    mkdirSync(root);
    writeFileSync(join(root, NAME), "{}\n");
    writeFileSync(join(root, LATER), "{}\n");
    const replaced = ({ type }: ShipEvent): void => {
      if (type !== "found") return;
      rmSync(join(root, NAME));
      fifo(join(root, NAME));
    };
    const { follower, sink, positions } = followerOf([root], scratch, replaced);

    await follower.once(new AbortController().signal);

    expect(sink.lines).toEqual([]);
    positions[Symbol.dispose]();
  });
});
