import { availableParallelism, loadavg, totalmem } from "node:os";

/** When and where a benchmark ran: the first rows of its report. */
export function aboutRun(): string[][] {
  return [["date", new Date().toISOString().slice(0, 10)], ["Node.js", process.version.slice(1)], machine("")];
}

/** Of one that needs the services, which run on the same machine. `loadBefore`: the machine's load average when it began. */
export function aboutRunWithServices(loadBefore: number): string[][] {
  const loads = [loadBefore, currentLoad()].map((load) => load.toFixed(1));
  return [
    ...aboutRun().slice(0, -1),
    machine("; it runs the services too"),
    ["load average before, after", loads.join(", ")],
  ];
}

/** The average of the last minute. */
export function currentLoad(): number {
  return loadavg()[0] ?? Number.NaN;
}

function machine(more: string): string[] {
  const memory = Math.round(totalmem() / 2 ** 30);
  return ["machine", `${availableParallelism()} cores, ${memory} GiB of memory, ${process.platform}${more}`];
}
