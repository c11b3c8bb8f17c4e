import { aboutRunWithServices } from "../about.ts";
import { table, verdict } from "../markdown.ts";
import { median } from "../statistics.ts";
import type { Visit } from "./measure.ts";

const FIRST_PAINT_GOAL_MS = 1_000;
const LONG_TASK_GOAL_MS = 200;

export interface ViewerResult {
  readonly items: number;
  readonly loadBefore: number;
  readonly visits: readonly Visit[];
}

export function report({ items, loadBefore, visits }: ViewerResult): string {
  const longest = visits.map(({ longTasks }) => Math.max(0, ...longTasks));
  const row = (name: string, values: readonly number[], goal: number | null): string[] => {
    const worst = Math.max(...values);
    const told = goal === null ? "" : `≤ ${goal} (${verdict(worst <= goal)})`;
    return [name, median(values).toFixed(0), worst.toFixed(0), told];
  };
  return `# The last benchmark of the viewer

Written by \`npm run bench:viewer\`; with options (\`-- --items 1000 --rounds 1\`) it only prints. It needs a Chromium.

${table(["", ""], aboutRunWithServices(loadBefore))}

One thread of ${items.toLocaleString("en")} items in turns of 100: messages with code, commands with 200 lines of output, diffs, reasoning. ${visits.length} visits,
each with nothing cached; the server is on the same machine. Then it is scrolled upwards from its end, a screen a frame, 600 frames.

${table(
  ["", "median", "worst", "goal"],
  [
    row(
      "first paint, ms",
      visits.map(({ firstPaint }) => firstPaint),
      FIRST_PAINT_GOAL_MS,
    ),
    row(
      "the newest items can be read, ms",
      visits.map(({ itemsShown }) => itemsShown),
      null,
    ),
    row("longest task while scrolling, ms", longest, LONG_TASK_GOAL_MS),
    row(
      "elements in the page, at most",
      visits.map(({ mostElements }) => mostElements),
      null,
    ),
  ],
)}
`;
}
