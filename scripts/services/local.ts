import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { claimFolder, logFile, removeData, toolsFolder } from "./folders.ts";
import { install } from "./install.ts";
import { kafka } from "./kafka.ts";
import { withLock } from "./lock.ts";
import { type Report, SERVICE_NAMES, type ServiceName, type ServicesEnv, ServicesError, servicesEnv } from "./names.ts";
import { freePorts, isFree, LOOPBACK } from "./ports.ts";
import { postgres } from "./postgres.ts";
import { isAlive, sendSignal, startDetached, stopProcess, tailOf } from "./processes.ts";
import { redis } from "./redis.ts";
import { registry } from "./registry.ts";
import { type Place, portAt, type Service } from "./service.ts";
import { type RunningProcess, readState, type ServiceState, type State, updateState } from "./state.ts";
import { writeTools } from "./tools.ts";

/** The services as processes of this machine, without Docker. */

const SERVICES: Readonly<Record<ServiceName, Service>> = { kafka, redis, registry, postgres };

const READY_MS = 90_000;
const POLL_MS = 50;
/** A process that lives and does not answer for so long is started again, unless it has just been started. */
const ANSWER_MS = 10_000;
const STOP_MS = 20_000;

export interface ServiceStatus {
  readonly name: ServiceName;
  readonly port: number;
  readonly process: RunningProcess | null;
  readonly healthy: boolean;
}

/** What is there; null when nothing was ever started. */
export async function localStatus(folder: string): Promise<ServiceStatus[] | null> {
  const state = readState(folder);
  if (state === null) return null;
  return await Promise.all(SERVICE_NAMES.map((name) => statusOf(name, state[name])));
}

async function statusOf(name: ServiceName, state: ServiceState | undefined): Promise<ServiceStatus> {
  const running = runningOf(state);
  const port = state?.ports[0] ?? 0;
  return { name, port, process: running, healthy: running !== null && (await SERVICES[name].isHealthy(port)) };
}

/** Whether any of the services runs as a process. */
export function isLocalUp(folder: string): boolean {
  return Object.values(readState(folder) ?? {}).some((state) => runningOf(state) !== null);
}

function runningOf(state: ServiceState | undefined): RunningProcess | null {
  return state?.process && isAlive(state.process) ? state.process : null;
}

/** Where they are; null when none runs. One that is stopped for a while keeps its address. */
export function localEnv(folder: string): ServicesEnv | null {
  const state: State = readState(folder) ?? {};
  if (!isLocalUp(folder) || SERVICE_NAMES.some((name) => state[name] === undefined)) return null;
  return servicesEnv((name) => SERVICES[name].url(portAt(state[name]?.ports ?? [], 0)), toolsFolder(folder));
}

/** Starts what does not run, and starts again what does not answer. */
export async function localUp(folder: string, report: Report): Promise<void> {
  if (process.platform !== "linux")
    throw new ServicesError("without Docker this works on Linux only: start Docker, or see docs/services.md");
  await withLock(folder, report, async () => {
    claimFolder(folder);
    const state: State = readState(folder) ?? {};
    const answers = await Promise.all(SERVICE_NAMES.map((name) => answersInTime(name, state[name])));
    const missing = SERVICE_NAMES.filter((_, at) => answers[at] === false);
    for (const name of SERVICE_NAMES)
      if (!missing.includes(name)) report(`${name} runs already, on port ${state[name]?.ports[0]}`);
    if (missing.length === 0) return;

    const downloads = await install(missing, report);
    writeTools(folder, downloads);
    await allOf(
      missing.map(async (name) => {
        const running = runningOf(state[name]);
        if (running !== null) {
          report(`${name} does not answer: starting it again`);
          await end(name, running, report);
        }
        await startOn(await portsFor(name, state[name], report), name, { folder, downloads, report });
      }),
    );
  });
}

async function answersInTime(name: ServiceName, state: ServiceState | undefined): Promise<boolean> {
  const age = Date.now() - Date.parse(state?.process?.since ?? "1970-01-01");
  const deadline = performance.now() + Math.max(ANSWER_MS, READY_MS - age);
  for (;;) {
    const { process: running, healthy } = await statusOf(name, state);
    if (healthy || running === null || performance.now() >= deadline) return healthy;
    await sleep(POLL_MS);
  }
}

/** The ports it had, so that clients find it again, unless somebody else has taken one. */
async function portsFor(name: ServiceName, state: ServiceState | undefined, report: Report): Promise<number[]> {
  const { portCount } = SERVICES[name];
  if (state === undefined) return await freePorts(portCount);
  if (runningOf(state) !== null || (await Promise.all(state.ports.map(isFree))).every(Boolean)) return state.ports;
  report(`${name}: port ${state.ports.join(" or ")} was taken by somebody else, so it gets another`);
  return await freePorts(portCount);
}

interface StartOptions {
  readonly folder: string;
  readonly downloads: string;
  readonly report: Report;
}

async function startOn(ports: number[], name: ServiceName, { folder, downloads, report }: StartOptions): Promise<void> {
  const began = performance.now();
  const service = SERVICES[name];
  const place: Place = { folder: join(folder, name), log: logFile(folder, name), downloads, ports };
  for (const made of [place.folder, dirname(place.log)]) mkdirSync(made, { recursive: true });
  writeFileSync(place.log, `== ${new Date().toISOString()} starting ${name}\n`, { flag: "a" });
  updateState(folder, name, { ports, process: null });
  try {
    await service.prepare(place);
    const running = await startDetached(service.command(place), place.log);
    updateState(folder, name, { ports, process: running });
    await untilHealthy(service, running, place);
  } catch (cause) {
    // Not our own mistakes: what ServicesError tells, and what the system refuses, such as a program that is not there.
    if (!(cause instanceof ServicesError || (cause instanceof Error && "syscall" in cause))) throw cause;
    throw new ServicesError(`${name} did not start: ${cause.message}`, { cause });
  }
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  report(`${name.padEnd(8)} ready in ${seconds.padStart(4)} s on ${LOOPBACK}:${portAt(ports, 0)}`);
}

async function untilHealthy(service: Service, running: RunningProcess, { log, ports }: Place): Promise<void> {
  const deadline = performance.now() + READY_MS;
  while (!(await service.isHealthy(portAt(ports, 0)))) {
    if (!isAlive(running)) throw new ServicesError(`it ended${tailOf(log)}`);
    if (performance.now() >= deadline)
      throw new ServicesError(`it was not ready after ${READY_MS / 1_000} s${tailOf(log)}`);
    await sleep(POLL_MS);
  }
}

async function end(name: ServiceName, running: RunningProcess, report: Report): Promise<void> {
  await stopProcess(running, { name, signal: SERVICES[name].stopSignal, patienceMs: STOP_MS, report });
}

/** Waits for all, so that nothing goes on behind a failure. @throws ServicesError that tells of each failure */
async function allOf(actions: readonly Promise<void>[]): Promise<void> {
  const failures = (await Promise.allSettled(actions)).flatMap((result) =>
    result.status === "rejected" ? [result.reason as unknown] : [],
  );
  if (failures.length === 0) return;
  const unexpected = failures.find((failure) => !(failure instanceof ServicesError));
  if (unexpected !== undefined) throw unexpected;
  throw new ServicesError(failures.map((failure) => (failure instanceof Error ? failure.message : "")).join("\n\n"));
}

/** Stops what runs; then deletes the data, unless it is to be kept. Gives how many were running. */
export async function localDown(folder: string, keep: boolean, report: Report): Promise<number> {
  return await withLock(folder, report, async () => {
    const state: State = readState(folder) ?? {};
    const running = SERVICE_NAMES.filter((name) => runningOf(state[name]) !== null);
    await allOf(
      running.map(async (name) => {
        await stop(name, folder, { report });
        report(`${name} stopped`);
      }),
    );
    if (!keep) removeData(folder);
    return running.length;
  });
}

interface OneServiceOptions {
  readonly signal?: NodeJS.Signals;
  readonly report: Report;
}

export async function stopLocal(name: ServiceName, folder: string, options: OneServiceOptions): Promise<void> {
  await withLock(folder, options.report, () => stop(name, folder, options));
}

async function stop(name: ServiceName, folder: string, { signal, report }: OneServiceOptions): Promise<void> {
  const state = demandState(name, folder);
  const running = runningOf(state);
  if (running === null) return;
  const { stopSignal } = SERVICES[name];
  await stopProcess(running, { name, signal: signal ?? stopSignal, patienceMs: STOP_MS, report });
  updateState(folder, name, { ...state, process: null });
}

/** Starts one service again, with its data and on the ports it had. */
export async function startLocal(name: ServiceName, folder: string, { report }: OneServiceOptions): Promise<void> {
  await withLock(folder, report, async () => {
    const state = demandState(name, folder);
    if (runningOf(state) === null)
      await startOn(state.ports, name, { folder, downloads: await install([name], report), report });
  });
}

/** Freezes, thaws or kills one service, and does not wait for what comes of it. */
export function signalLocal(name: ServiceName, folder: string, signal: NodeJS.Signals): void {
  const running = runningOf(demandState(name, folder));
  if (running === null) throw new ServicesError(`${name} does not run: start it with \`npm run services -- up\``);
  sendSignal(running, signal);
}

function demandState(name: ServiceName, folder: string): ServiceState {
  const state = readState(folder)?.[name];
  if (state !== undefined) return state;
  throw new ServicesError(
    `${name} was not started in ${folder}: only services of \`npm run services -- up\` can be stopped`,
  );
}
