import { expect, it } from "vitest";
import { Heartbeats } from "./heartbeats.ts";

const never = new AbortController().signal;
const beat = (memberId: string, generation: number) => ({ memberId, generation });

async function outcome(answered: readonly { memberId: string; generation: number }[]): Promise<boolean | "waits"> {
  const heartbeats = new Heartbeats();
  const confirmed = heartbeats.confirm("me", never);
  for (const each of answered) heartbeats.answered(each);
  return await Promise.race([confirmed, new Promise<"waits">((resolve) => setImmediate(resolve, "waits"))]);
}

it.each([
  { what: "one heartbeat, which may have been sent before", answered: [beat("me", 4)], expected: "waits" },
  { what: "two of one generation", answered: [beat("me", 4), beat("me", 4)], expected: true },
  { what: "two of different generations", answered: [beat("me", 4), beat("me", 5)], expected: "waits" },
  { what: "two of another member", answered: [beat("other", 4), beat("other", 4)], expected: "waits" },
  { what: "the second of a new generation", answered: [beat("me", 4), beat("me", 5), beat("me", 5)], expected: true },
] as const)("membership after $what: $expected", async ({ answered, expected }) => {
  expect(await outcome(answered)).toBe(expected);
});

it("is denied when the partition is taken away", async () => {
  const heartbeats = new Heartbeats();
  const taken = new AbortController();
  const confirmed = heartbeats.confirm("me", taken.signal);
  taken.abort();

  expect(await confirmed).toBe(false);
  expect(await heartbeats.confirm("me", taken.signal)).toBe(false);
});
