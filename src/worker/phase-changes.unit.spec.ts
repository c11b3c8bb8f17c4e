import { expect, it } from "vitest";
import { phaseChanges } from "./phase-changes.ts";
import type { WorkerEvent } from "./worker-event.ts";

it("a phase is told when it changes, or its detail does; all else each time", () => {
  const told: WorkerEvent[] = [];
  const listener = phaseChanges((event) => told.push(event));
  const waiting = (detail: string): WorkerEvent => ({ type: "phase", phase: "waiting-for-store", detail });
  const running: WorkerEvent = { type: "phase", phase: "running" };
  const rebuild: WorkerEvent = { type: "rebuild", remaining: 0 };

  for (const event of [running, rebuild, running, rebuild, waiting("a"), waiting("a"), waiting("b"), running])
    listener(event);

  expect(told).toEqual([running, rebuild, rebuild, waiting("a"), waiting("b"), running]);
});
