import type { MetricDoc } from "./metric-maker.ts";
import { Metrics } from "./metrics.ts";
import { SinkMetrics } from "./sink-metrics.ts";

const HEAD = `# Metrics

<!-- Written from src/telemetry by \`npm exec vitest -- run --project unit src/telemetry -u\`. Change the metrics, not this file. -->

A worker serves at \`http.host\`:\`http.port\` (default 9464), from the start of the process:

| path | answers |
| --- | --- |
| \`/livez\` | 200 while the process answers at all |
| \`/readyz\` | 200, or 503, with JSON: \`ready\`, \`reasons\` (why not), \`partitions\`. Ready: the observers have joined their groups, every assigned partition is running, none is halted, and none has lag without progress for \`worker.watchdogMs\` |
| \`/metrics\` | the metrics below in Prometheus' text format, and those of the process (\`process_*\`, \`nodejs_*\`) |

The label \`observer\` is thread-item, turn-summary or lifecycle, \`partition\` a partition of the input topic. Gauges of a partition are there
while it is assigned to the process; sum or take the maximum over processes.
`;

const SINK = `
## A sink

\`sink postgres\` serves the same at the same place. Ready: it has joined its group, and every assigned partition is running, none halted, and
none has lag without progress for \`worker.watchdogMs\`. \`topic\` is one of the three mutation topics or dead-letters.
`;

/** The text of docs/metrics.md. */
export function metricsReference(): string {
  return [HEAD, ...table(new Metrics().docs), SINK, ...table(new SinkMetrics().docs), ""].join("\n");
}

function table(docs: readonly MetricDoc[]): string[] {
  const rows = docs.map(({ name, type, labels, help }) => {
    const named = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${type} | ${named} | ${help} |`;
  });
  return ["| metric | type | labels | meaning |", "| --- | --- | --- | --- |", ...rows];
}
