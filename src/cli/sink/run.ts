import { createLog, type Log, SinkTelemetry } from "../../telemetry/index.ts";
import { systemClock } from "../../time/index.ts";
import { aborted } from "../aborted.ts";
import { CliError } from "../cli-error.ts";
import { ExitCode } from "../exit-code.ts";
import { expected } from "../expected.ts";
import { serveProbes } from "../probes.ts";
import { demand, type Settings } from "../settings.ts";
import { impatient, patient } from "../worker/patience.ts";
import { failLoudly, stopSignal } from "../worker/process-ends.ts";
import { endsOfTopics, reached } from "./backfill.ts";
import { SinkRunner } from "./runner.ts";
import { openSinkServices, type SinkServices } from "./services.ts";

/** How often the ends of the topics are asked for, for the lag. */
const ENDS_MS = 5_000;
/** With `--once`, progress without rows is noted after so long. */
const ONCE_IDLE_MS = 50;

/** Runs the sink until the process is told to stop, or, with `once`, up to the present end of the topics; answers the exit code. */
export async function runSink(settings: Settings, { once }: { readonly once: boolean }): Promise<number> {
  demand(settings, "postgres.url", "kafka.brokers", "schemaRegistry.url");
  const { worker, log: logging } = settings.config;
  const log = createLog(logging.level);
  const telemetry = new SinkTelemetry(log, worker.watchdogMs);
  telemetry.block("start", "is starting");
  failLoudly(log);
  const stop = stopSignal(log, worker.drainMs);
  const server = await serveProbes(settings, telemetry, log, { isOptional: once });
  try {
    const patience = once ? impatient : patient(settings, log, telemetry, stop);
    const services = await openSinkServices(settings, log, patience);
    telemetry.unblock("start");
    try {
      return await (once ? sinkOnce(services, telemetry, log, stop) : sink(services, telemetry, log, stop));
    } finally {
      await services.close();
    }
  } catch (error) {
    if (stop.aborted && !once) return ExitCode.done; // told to stop before it began
    const known = expected(error, settings);
    if (known !== undefined) log.fatal(known.message);
    throw error;
  } finally {
    await server?.close();
  }
}

async function sink(services: SinkServices, telemetry: SinkTelemetry, log: Log, stop: AbortSignal): Promise<number> {
  const runner = new SinkRunner(services, telemetry, log);
  runner.start();
  const watching = watchEnds(services, telemetry, log, stop);
  await aborted(stop);
  telemetry.block("stop", "is stopping");
  await Promise.all([runner.stop(), watching]);
  log.info("stopped");
  return ExitCode.done;
}

async function sinkOnce(
  services: SinkServices,
  telemetry: SinkTelemetry,
  log: Log,
  stop: AbortSignal,
): Promise<number> {
  const halted = new Map<number, string>();
  const ends = await endsOfTopics(services);
  const runner = new SinkRunner(services, telemetry, log, {
    idleMs: ONCE_IDLE_MS,
    onHalt: (partition, reason) => halted.set(partition, reason),
  });
  runner.start();
  try {
    await reached(services, ends, { runner, halted }, stop);
  } finally {
    await runner.stop();
  }
  if (stop.aborted) throw new CliError("was told to stop before the end: run it again, it goes on where it was");
  log.info({ halted: halted.size }, "reached the end");
  if (halted.size === 0) return ExitCode.done;
  throw new CliError([...halted].map(([partition, reason]) => `partition ${partition} halted: ${reason}`));
}

/** What cannot be asked for now is known from the partitions themselves. */
async function watchEnds(
  { topics }: SinkServices,
  telemetry: SinkTelemetry,
  log: Log,
  stop: AbortSignal,
): Promise<void> {
  while (!stop.aborted) {
    await systemClock.sleep(ENDS_MS, stop);
    try {
      for (const { logs } of topics)
        for (const [partition, { end }] of await logs.bounds()) telemetry.ends(logs.topic, partition, end);
    } catch (err) {
      log.debug({ err }, "cannot ask for the ends of the topics");
    }
  }
}
