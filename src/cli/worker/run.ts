import { setTimeout as sleep } from "node:timers/promises";
import { createLog, type Log, Metrics, WorkerTelemetry } from "../../telemetry/index.ts";
import { aborted } from "../aborted.ts";
import { groupOf } from "../arguments.ts";
import { CliError } from "../cli-error.ts";
import { ExitCode } from "../exit-code.ts";
import { expected } from "../expected.ts";
import { serveProbes } from "../probes.ts";
import { demand, type Settings } from "../settings.ts";
import { Backfill } from "./backfill.ts";
import { ObserverRunner, type RunnerHooks } from "./observer-runner.ts";
import { impatient, patient } from "./patience.ts";
import { failLoudly, stopSignal } from "./process-ends.ts";
import { openServices, type Services } from "./services.ts";
import { endsOf, Watchdog } from "./watchdog.ts";

/** How often the offsets that others committed are asked for. */
const POLL_MS = 1_000;

/** What the work of a process goes on with. */
interface WorkerProcess {
  readonly settings: Settings;
  readonly services: Services;
  readonly telemetry: WorkerTelemetry;
  readonly log: Log;
  readonly stop: AbortSignal;
}

/** Runs observers until the process is told to stop, or, with `once`, up to the present end of the input; answers the exit code. */
export async function runWorker(settings: Settings, { once }: { readonly once: boolean }): Promise<number> {
  demand(settings, "kafka.brokers", "redis.url", "schemaRegistry.url");
  const { worker, log: logging } = settings.config;
  const log = createLog(logging.level);
  const metrics = new Metrics();
  const telemetry = new WorkerTelemetry(log, metrics, worker.watchdogMs);
  telemetry.block("start", "is starting");
  failLoudly(log);
  const stop = stopSignal(log, worker.drainMs);
  const server = await serveProbes(settings, telemetry, log, { isOptional: once });
  try {
    const patience = once ? impatient : patient(settings, log, telemetry, stop);
    const services = await openServices(settings, log, metrics, patience);
    const process = { settings, services, telemetry, log, stop };
    try {
      return await (once ? workOnce(process) : work(process));
    } finally {
      await services.close();
    }
  } catch (error) {
    if (stop.aborted) return ExitCode.done; // told to stop before it began
    const known = expected(error, settings);
    if (known !== undefined) log.fatal(known.message);
    throw error;
  } finally {
    await server?.close();
  }
}

async function work(process: WorkerProcess): Promise<number> {
  const { settings, services, telemetry, log, stop } = process;
  const runners = started(process, {
    until: () => undefined,
    ended: () => undefined,
    assigned: () => undefined,
  });
  const watchdog = new Watchdog(runners, telemetry, log, () => endsOf(services.admin, services.topics.rolloutEvents));
  watchdog.start(settings.config.worker.watchdogMs);
  await aborted(stop);
  telemetry.block("stop", "is stopping");
  watchdog.stop();
  await Promise.all(runners.map((runner) => runner.stop()));
  log.info("stopped");
  return ExitCode.done;
}

async function workOnce(process: WorkerProcess): Promise<number> {
  const { settings, services, log, stop } = process;
  const { observers } = settings.config.worker;
  const backfill = new Backfill(observers, await endsOf(services.admin, services.topics.rolloutEvents));
  const runners = started(process, backfill);
  const finished = new AbortController();
  const polling = pollCommitted(process, backfill, AbortSignal.any([stop, finished.signal]));
  await Promise.race([backfill.done, aborted(stop)]);
  finished.abort();
  await Promise.all([polling, ...runners.map((runner) => runner.stop())]);
  if (stop.aborted) throw new CliError("was told to stop before the end: run it again, it goes on where it was");
  log.info({ observers, halted: backfill.halted.length }, "reached the end");
  if (backfill.halted.length === 0) return ExitCode.done;
  throw new CliError(
    backfill.halted.map(({ observer, partition, reason }) => `${observer}, partition ${partition}: halted: ${reason}`),
  );
}

function started({ settings, services, telemetry, log }: WorkerProcess, hooks: RunnerHooks): ObserverRunner[] {
  const runners = settings.config.worker.observers.map(
    (observer) => new ObserverRunner(observer, services, telemetry, log, hooks),
  );
  for (const runner of runners) runner.start();
  telemetry.unblock("start");
  return runners;
}

/** Other processes of the same groups may do some of the partitions. */
async function pollCommitted(process: WorkerProcess, backfill: Backfill, ended: AbortSignal): Promise<void> {
  const { settings, services, log } = process;
  const { prefix, worker } = settings.config;
  while (!ended.aborted) {
    await Promise.race([sleep(POLL_MS), aborted(ended)]);
    try {
      const admin = await services.admin.connected();
      for (const observer of worker.observers) {
        const asked = { groupId: groupOf(prefix, observer), topics: [services.topics.rolloutEvents] };
        const [found] = await admin.fetchOffsets(asked);
        backfill.committed(
          observer,
          new Map(found?.partitions.map(({ partition, offset }) => [partition, Number(offset)])),
        );
      }
    } catch (error) {
      log.debug({ err: error }, "cannot ask for committed offsets");
    }
  }
}
