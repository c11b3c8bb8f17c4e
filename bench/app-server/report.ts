import { aboutRunWithServices } from "../about.ts";
import { table, verdict } from "../markdown.ts";
import type { Compared, Size } from "./measure.ts";

const GOAL_MS = 50;

export function report({ size, loadBefore, turns, items, asked }: Compared & Run): string {
  const rows = asked.map(({ what, codex, ours }) => [
    what,
    ...[ours, codex].flatMap((taken) => [0.5, 0.99].map((share) => quantile(taken, share).toFixed(2))),
    (quantile(codex, 0.5) / quantile(ours, 0.5)).toFixed(2),
    (quantile(codex, 0.99) / quantile(ours, 0.99)).toFixed(2),
  ]);
  const turnsAsked = asked.filter(({ what }) => what.startsWith("thread/turns/list"));
  const isQuick = turnsAsked.every(({ ours }) => quantile(ours, 0.99) <= GOAL_MS);
  const isQuicker = turnsAsked.every(({ ours, codex }) => quantile(ours, 0.99) < quantile(codex, 0.99));
  return `# The last benchmark of Codex's protocol

Written by \`npm run bench:app-server\`; with options (\`-- --threads 100 --requests 100\`) it only prints. It needs Codex as \`npm run conformance\`
installs it.

${table(["", ""], aboutRunWithServices(loadBefore))}

One paginated thread of ${turns.toLocaleString("en")} turns and ${items.toLocaleString("en")} items, asked for 25 turns or items at a time, from its end on, ${size.requests.toLocaleString("en")} requests of each
kind, one after the other, over a WebSocket on this machine: of the published \`codex app-server\` 0.169.0, and of ours on SQLite, which holds
${size.threads.toLocaleString("en")} threads besides.

${table(["milliseconds", "ours p50", "p99", "codex p50", "p99", "× as fast p50", "p99"], rows)}

Goals for \`thread/turns/list\`: p99 ≤ ${GOAL_MS} ms: ${verdict(isQuick)}; faster than \`codex app-server\`, by p99: ${verdict(isQuicker)}.
`;
}

interface Run {
  readonly size: Size;
  readonly loadBefore: number;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
