import { Command, Option } from "commander";
import { OBSERVER_NAMES, type ObserverName } from "../projections/index.ts";
import { collectObserver } from "./arguments.ts";
import { type Run, runCommand } from "./run-command.ts";
import { configurable } from "./shared-options.ts";

interface WorkerCommandOptions {
  readonly observer?: ObserverName[];
  readonly once?: boolean;
}

/** What is still open when a worker has ended, such as a request that nobody answers, does not keep the process. */
const LEFTOVER_MS = 2_000;

/** `thread-history worker`: observers on the partitions of the input. */
export function workerCommand(): Command {
  const command = new Command("worker")
    .summary("Projects the input topic to the mutation topics.")
    .description(
      "Projects the input topic to the mutation topics, exactly once, until SIGTERM. Probes and metrics are at http.port.",
    )
    .addOption(
      new Option("--observer <name>", "only this observer; may be repeated (default: worker.observers, all three)")
        .choices(OBSERVER_NAMES)
        .argParser(collectObserver),
    )
    .addOption(
      new Option("--once", "stop at the present end of the input, with exit code 0, or 1 if a partition halted"),
    )
    .action(async ({ observer, once }: WorkerCommandOptions, called: Command) => {
      const flags = observer === undefined ? [] : [{ flag: "--observer", name: "worker.observers", value: observer }];
      await runCommand(called, () => loadWorker(once === true), flags);
      setTimeout(() => process.exit(), LEFTOVER_MS).unref();
    });
  return configurable(command, ["prefix", "kafka.brokers", "redis.url", "schemaRegistry.url", "log.level"]);
}

async function loadWorker(once: boolean): Promise<Run> {
  const { runWorker } = await import("./worker/run.ts");
  return (settings) => runWorker(settings, { once });
}
