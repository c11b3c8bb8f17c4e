import { describe, expect, it } from "vitest";
import { systemClock } from "./index.ts";

const AN_HOUR_MS = 3_600_000;

describe("real time: sleep", () => {
  it("ends at once, and well, when it is aborted", async () => {
    const stop = new AbortController();
    const asleep = systemClock.sleep(AN_HOUR_MS, stop.signal);

    stop.abort(new Error("told to stop"));

    expect(await asleep).toBeUndefined();
  });

  it("ends at once when it was aborted before", async () => {
    expect(await systemClock.sleep(AN_HOUR_MS, AbortSignal.abort())).toBeUndefined();
  });
});
