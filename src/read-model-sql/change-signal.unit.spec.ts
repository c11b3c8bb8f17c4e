import { expect, it } from "vitest";
import { ChangeSignal } from "./change-signal.ts";

const LONG_MS = 60_000;

it("wakes all who wait", async () => {
  const changes = new ChangeSignal();
  const readers = [new AbortController(), new AbortController()];
  for (const { signal } of readers) await changes.wait(0, signal);
  const waiting = readers.map(({ signal }) => changes.wait(LONG_MS, signal));
  expect(changes.hasWaiting).toBe(true);
  changes.notify();
  await Promise.all(waiting);
  expect(changes.hasWaiting).toBe(false);
});

it("does not let a reader wait for what changed since its last wait", async () => {
  const changes = new ChangeSignal();
  const { signal } = new AbortController();
  await changes.wait(0, signal);
  changes.notify();
  await changes.wait(LONG_MS, signal);
});

it("ends with the reader's signal, also when that was aborted before", async () => {
  const changes = new ChangeSignal();
  const reader = new AbortController();
  await changes.wait(0, reader.signal);
  const waiting = changes.wait(LONG_MS, reader.signal);
  reader.abort();
  await waiting;
  await changes.wait(LONG_MS, reader.signal);
});
