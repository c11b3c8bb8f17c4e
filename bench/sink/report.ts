import { aboutRunWithServices } from "../about.ts";
import { table, verdict } from "../markdown.ts";
import { median } from "../statistics.ts";
import type { Round } from "./measure.ts";

const GOAL = 0.5;

export interface Results {
  /** Lines of rollouts that the mutations come of. */
  readonly records: number;
  /** The machine's load average when the run began. */
  readonly loadBefore: number;
  readonly measured: readonly Round[];
}

/** The measurements as Markdown. */
export function report({ records, loadBefore, measured }: Results): string {
  const of = (value: (round: Round) => number): number => median(measured.map(value));
  const rows = of(({ tableRows }) => tableRows);
  const perSecond = (seconds: number): string => Math.round(rows / seconds).toLocaleString("en");
  const ratio = of(({ seconds, copySeconds }) => copySeconds / seconds);
  const atOnce = of(({ seconds, copyAtOnceSeconds }) => copyAtOnceSeconds / seconds);
  const [sink, copy, all] = [
    of(({ seconds }) => seconds),
    of(({ copySeconds }) => copySeconds),
    of(({ copyAtOnceSeconds }) => copyAtOnceSeconds),
  ];
  return `# The last benchmark of the sink

Written by \`npm run bench:sink\`; with options (\`-- --records 20000 --rounds 1\`) it only prints. It needs Linux, and the services of
\`eval "$(npm run -s services -- env)"\`. Sink and COPY take turns; figures are medians of ${measured.length} rounds. Absolute figures are those of a
small machine whose cores sink, broker and database share: trust the ratios.

${table(["", ""], aboutRunWithServices(loadBefore))}

The corpus again and again under new thread ids: ${records.toLocaleString("en")} lines, which are ${of(({ mutations }) => mutations).toLocaleString("en")} mutations in three topics of
12 partitions, which come to ${rows.toLocaleString("en")} rows. \`sink postgres\`, from joining its group to its last commit: it fetches, decodes, joins and
writes, in ${of(({ transactions }) => transactions)} transactions. COPY brings the finished rows from a file of the server into the same tables, emptied, with the
same indexes.

${table(
  ["", "seconds", "rows per second", "sink × COPY"],
  [
    ["sink", sink.toFixed(1), perSecond(sink), ""],
    ["COPY, one table after the other", copy.toFixed(1), perSecond(copy), `${ratio.toFixed(2)} ×`],
    ["COPY, all tables at the same time", all.toFixed(1), perSecond(all), `${atOnce.toFixed(2)} ×`],
  ],
)}

Goal: as fast as ${GOAL} × COPY, one table after the other: ${verdict(ratio >= GOAL)}. The sink's process took ${of(({ cpuSeconds }) => cpuSeconds).toFixed(1)} s of CPU and at most
${Math.round(of(({ peakBytes }) => peakBytes) / 1e6)} MB.
`;
}
