import { OBSERVER_NAMES, type ObservedLine, type ObserverName, startObserver } from "../src/projections/index.ts";
import { median } from "./statistics.ts";
import { LineMaker, type Shape } from "./synthetic-thread.ts";

/** What one event costs an observer, early and late in a thread. */
export interface EventCost {
  readonly observer: ObserverName;
  readonly shape: Shape;
  readonly early: Cost;
  readonly late: Cost;
}

interface Cost {
  readonly nanoseconds: number;
  /** Of the fields that a checkpoint after the event would write. */
  readonly checkpointBytes: number;
}

const EARLY_ITEM = 100;
export const LATE_ITEM = 100_000;
const WINDOW_EVENTS = 1000;
const WINDOWS = 41;
const WARM_UP_WINDOWS = 20;

type Running = ReturnType<typeof startObserver>;

/** The cost of an event at the 100th and at the 100,000th item of a thread, for every observer. */
export function eventCosts(): EventCost[] {
  return OBSERVER_NAMES.flatMap((name) => [costsOf(name, "many turns"), costsOf(name, "one turn")]);
}

/** Windows of events on a short thread, begun anew each time, take turns with windows at the end of the long one. */
function costsOf(observer: ObserverName, shape: Shape): EventCost {
  const early: number[] = [];
  const late: number[] = [];
  const short = grown(observer, new LineMaker(shape), EARLY_ITEM);
  const stored = short.store();
  const longMaker = new LineMaker(shape);
  const long = grown(observer, longMaker, LATE_ITEM);
  for (let round = -WARM_UP_WINDOWS; round < WINDOWS; round++) {
    const shortMaker = new LineMaker(shape);
    shortMaker.skip(EARLY_ITEM);
    const shortTime = timed(startObserver(observer, stored), shortMaker.lines(WINDOW_EVENTS));
    const longTime = timed(long, longMaker.lines(WINDOW_EVENTS));
    if (round < 0) continue;
    early.push(shortTime);
    late.push(longTime);
  }
  const shortMaker = new LineMaker(shape);
  shortMaker.skip(EARLY_ITEM);
  return {
    observer,
    shape,
    early: { nanoseconds: median(early), checkpointBytes: checkpointBytes(short, shortMaker.lines(WINDOW_EVENTS)) },
    late: { nanoseconds: median(late), checkpointBytes: checkpointBytes(long, longMaker.lines(WINDOW_EVENTS)) },
  };
}

function grown(observer: ObserverName, maker: LineMaker, items: number): Running {
  const running = startObserver(observer);
  while (maker.items < items) for (const line of maker.lines(1)) running.observe(line);
  return running;
}

/** Nanoseconds per event. The lines were decoded before. */
function timed(running: Running, lines: readonly ObservedLine[]): number {
  const begun = process.hrtime.bigint();
  for (const line of lines) running.observe(line);
  return Number(process.hrtime.bigint() - begun) / lines.length;
}

function checkpointBytes(running: Running, lines: readonly ObservedLine[]): number {
  let bytes = 0;
  for (const line of lines) {
    for (const field of running.observe(line).fields) bytes += Buffer.byteLength(running.encode(field) ?? "");
  }
  return bytes / lines.length;
}
