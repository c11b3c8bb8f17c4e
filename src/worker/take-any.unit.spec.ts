import { describe, expect, it } from "vitest";
import { takeAny } from "./take-any.ts";

/** Gives something after some time, unless it is aborted before. */
function given(ms: number, what: string) {
  return async (over: AbortSignal): Promise<string | undefined> =>
    await new Promise((resolve) => {
      const timer = setTimeout(() => resolve(what), ms);
      over.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve(undefined);
      });
    });
}

type Take = (over: AbortSignal) => Promise<string | undefined>;

const failing: Take = () => Promise.reject(new Error("out of range"));
const NEVER = new AbortController().signal;
const LONG_MS = 3_600_000;

async function taken(takes: readonly Take[], round = new AbortController()): Promise<readonly string[]> {
  const found = await takeAny(takes, (take, over) => take(over), round, NEVER);
  return found.map((one) => one.taken);
}

describe("taking from several sources", () => {
  it("ends when one has something: the others take nothing", async () => {
    expect(await taken([given(LONG_MS, "a"), given(1, "b"), given(LONG_MS, "c")])).toEqual(["b"]);
  });

  it("ends with nothing when it is told to", async () => {
    const round = new AbortController();
    const waiting = taken([given(LONG_MS, "a")], round);
    round.abort();
    expect(await waiting).toEqual([]);
  });

  it("fails when one fails, and not before the others have ended", async () => {
    const ended: string[] = [];
    const slowly: Take = async (over) => {
      await given(LONG_MS, "a")(over);
      await new Promise((resolve) => setTimeout(resolve, 20));
      ended.push("a");
      return undefined;
    };

    await expect(taken([slowly, failing])).rejects.toThrow("out of range");

    expect(ended).toEqual(["a"]);
  });
});
