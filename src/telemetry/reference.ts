import { Metrics } from "./metrics.ts";

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

/** The text of docs/metrics.md. */
export function metricsReference(): string {
  const rows = new Metrics().docs.map(({ name, type, labels, help }) => {
    const named = labels.map((label) => `\`${label}\``).join(", ");
    return `| \`${name}\` | ${type} | ${named} | ${help} |`;
  });
  return [HEAD, "| metric | type | labels | meaning |", "| --- | --- | --- | --- |", ...rows, ""].join("\n");
}
