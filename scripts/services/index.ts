/** Real services for tests and development: those of the environment, of Docker, or processes of this machine. */
import { dockerEnv, dockerUp, isDockerThere } from "./docker.ts";
import { servicesFolder } from "./folders.ts";
import { givenEnv } from "./given.ts";
import { isLocalUp, localDown, localEnv, localUp, signalLocal, startLocal, stopLocal } from "./local.ts";
import { type Report, type ServiceName, type ServicesEnv, ServicesError } from "./names.ts";

export { type Report, type ServiceName, type ServicesEnv, ServicesError } from "./names.ts";

export interface ServicesOptions {
  /**
   * Services of one's own, as processes, with their data here; without it those that everybody shares.
   * A test that stops services uses some of its own.
   */
  readonly folder?: string;
  /** @default to standard error */
  readonly report?: Report;
}

/** Where services come from, first found: the environment, what runs already, Docker, processes to be started. */
export type Source = "environment" | "docker" | "local";

export function sourceOf({ folder }: ServicesOptions = {}): Source {
  if (folder !== undefined) return "local";
  if (givenEnv(servicesFolder()) !== null) return "environment";
  return !isLocalUp(servicesFolder()) && isDockerThere() ? "docker" : "local";
}

/** Starts what does not run yet and gives the addresses. Services outlive the process that started them. */
export async function ensureServices(options: ServicesOptions = {}): Promise<ServicesEnv> {
  const { folder = servicesFolder(), report = console.error } = options;
  const source = sourceOf(options);
  if (source === "docker") dockerUp(folder);
  if (source === "local") await localUp(folder, report);
  const env = findServices(options, source);
  if (env === null) throw new ServicesError("the services were stopped while they were being started");
  return env;
}

/** The addresses; null when nothing was started. */
export function findServices(
  { folder }: ServicesOptions = {},
  source = sourceOf({ ...(folder && { folder }) }),
): ServicesEnv | null {
  const at = folder ?? servicesFolder();
  if (source === "environment") return givenEnv(at);
  return source === "docker" ? dockerEnv(at) : localEnv(at);
}

/** Stops services of one's own and deletes their data. */
export async function removeServices({
  folder,
  report = console.error,
}: ServicesOptions & { folder: string }): Promise<void> {
  await localDown(folder, false, report);
}

/** Stops one service and waits for its end: in order, or by the signal; SIGKILL to see it crash. */
export async function stopService(
  name: ServiceName,
  signal?: NodeJS.Signals,
  options: ServicesOptions = {},
): Promise<void> {
  const { report = console.error } = options;
  const folder = stoppableFolder(options);
  await stopLocal(name, folder, { report, ...(signal && { signal }) });
}

/** Starts a stopped service, with its data and on its ports, and waits until it is ready. */
export async function startService(name: ServiceName, options: ServicesOptions = {}): Promise<void> {
  const { report = console.error } = options;
  await startLocal(name, stoppableFolder(options), { report });
}

/** Stops a service and starts it again. */
export async function restartService(
  name: ServiceName,
  signal?: NodeJS.Signals,
  options: ServicesOptions = {},
): Promise<void> {
  await stopService(name, signal, options);
  await startService(name, options);
}

/** Sends a signal and does not wait: SIGSTOP freezes a service, SIGCONT thaws it. */
export function signalService(name: ServiceName, signal: NodeJS.Signals, options: ServicesOptions = {}): void {
  signalLocal(name, stoppableFolder(options), signal);
}

/** @throws ServicesError when the shared services are not processes of this machine */
function stoppableFolder(options: ServicesOptions): string {
  const source = sourceOf(options);
  if (source !== "local")
    throw new ServicesError(
      `the services come from ${source}: only processes can be stopped, as those of a folder of one's own`,
    );
  return options.folder ?? servicesFolder();
}
