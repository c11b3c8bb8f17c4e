import { describe, expect, it } from "vitest";
import { Thread } from "./thread.ts";
import { ThreadCache } from "./thread-cache.ts";

const MANY = 1_000;

/** A thread that takes so much memory. */
function thread(id: string, bytes = 10): Thread {
  const one = Thread.fresh("lifecycle", id);
  one.bytes = bytes;
  return one;
}

function cacheOf(...threads: readonly Thread[]): ThreadCache {
  const cache = new ThreadCache();
  for (const one of threads) cache.put(one);
  return cache;
}

const idsIn = (cache: ThreadCache, ids = "abc"): string =>
  [...ids].filter((id) => cache.get(id) !== undefined).join("");
const any = () => true;

describe("threads in memory", () => {
  it("are found by their ids", () => {
    const a = thread("a");
    const cache = cacheOf(a);
    expect(cache.get("a")).toBe(a);
    expect(cache.use("a")).toBe(a);
    expect(cache.get("b")).toBeUndefined();
    expect(cache.use("b")).toBeUndefined();
    expect([...cache.dirty()]).toEqual([]);
    expect(idsIn(cache)).toBe("a");
  });

  it("go when they take more than they may, those used longest ago first", () => {
    const cache = cacheOf(thread("a"), thread("b"), thread("c"));
    cache.use("a");
    cache.trim(20, any);
    expect(idsIn(cache)).toBe("ac");
    cache.trim(10, any);
    expect(idsIn(cache)).toBe("a");
    cache.trim(0, any);
    expect(idsIn(cache)).toBe("");
  });

  it("stay while they fit", () => {
    const cache = cacheOf(thread("a"), thread("b"), thread("c"));
    cache.trim(30, any);
    expect(idsIn(cache)).toBe("abc");
  });

  it("go no further than needed: a large one may be enough", () => {
    const cache = cacheOf(thread("a", 50), thread("b"), thread("c"));
    cache.trim(25, any);
    expect(idsIn(cache)).toBe("bc");
  });

  it("stay when they cannot be read back, and others go instead", () => {
    const cache = cacheOf(thread("a"), thread("b"), thread("c"));
    cache.trim(10, ({ id }) => id !== "a");
    expect(idsIn(cache)).toBe("a");
  });

  it("tell which of them the store does not have yet", () => {
    const b = thread("b");
    const cache = cacheOf(thread("a"), b);
    expect([...cache.dirty()]).toEqual([]);
    b.stopAt({ offset: 1, reason: "it threw" });
    expect([...cache.dirty()]).toEqual([b]);
  });

  it("are looked at again once many came in, found or not", () => {
    const cache = new ThreadCache();
    for (let n = 0; n < MANY - 1; n++) cache.put(thread("a"));
    expect(cache.hasGrown).toBe(false);
    cache.put(thread("a"));
    expect(cache.hasGrown).toBe(true);
    cache.trim(Number.MAX_VALUE, any);
    expect(cache.hasGrown).toBe(false);
  });
});
