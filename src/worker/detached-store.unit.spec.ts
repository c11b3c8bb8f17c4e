import { describe, expect, it } from "vitest";
import { StoreUnavailableError } from "./checkpoint-store.ts";
import { detachedStore } from "./detached-store.ts";

const HEAD = { generation: 1, watermark: 5, highest: 5, mark: null };

describe("what stands for a store that did not answer at the start", () => {
  it("has nothing: no checkpoint, and no thread, not even a lost one", async () => {
    expect(await detachedStore.acquire()).toEqual({ head: null, attempts: null });
    expect(await detachedStore.load(["a", "b"])).toEqual(
      new Map([
        ["a", "new"],
        ["b", "new"],
      ]),
    );
    expect(await detachedStore.lostThreads()).toEqual([]);
  });

  it("takes no state, which waits until the store answers", async () => {
    await expect(detachedStore.flush({ deltas: [], head: HEAD })).rejects.toThrow(
      new StoreUnavailableError("the checkpoint store did not answer at the start"),
    );
  });

  it("minds nothing else", async () => {
    const attempts = { offset: 5, count: 1, suspect: null, suspectCount: 0 };
    await detachedStore.reset(HEAD);
    await detachedStore.noteAttempts(attempts);
    await detachedStore.close();
    expect(await detachedStore.acquire()).toEqual({ head: null, attempts: null });
  });
});
