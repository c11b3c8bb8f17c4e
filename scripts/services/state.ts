import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import * as z from "zod";
import { stateFile } from "./folders.ts";
import { SERVICE_NAMES, type ServiceName, ServicesError } from "./names.ts";

const runningProcess = z.object({
  pid: z.number(),
  /** When it was started, as the kernel has it: another process with a reused pid has another. */
  born: z.string(),
  /** For people. */
  since: z.string(),
});

const serviceState = z.object({
  /** The port that clients use, then those that the service uses itself. */
  ports: z.array(z.number()).min(1),
  process: runningProcess.nullable(),
});

const stateSchema = z.object({ services: z.partialRecord(z.enum(SERVICE_NAMES), serviceState) });

export type RunningProcess = Readonly<z.infer<typeof runningProcess>>;
export type ServiceState = Readonly<z.infer<typeof serviceState>>;
export type State = Readonly<Partial<Record<ServiceName, ServiceState>>>;

/** What the last command has left; null when there is nothing. */
export function readState(folder: string): State | null {
  const file = stateFile(folder);
  try {
    return stateSchema.parse(JSON.parse(readFileSync(file, "utf8"))).services;
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw new ServicesError(`${file} cannot be read: end the services it names, if any, and delete ${folder}`, {
      cause,
    });
  }
}

function writeState(folder: string, services: State): void {
  const file = stateFile(folder);
  mkdirSync(folder, { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify({ services }, null, 2)}\n`);
  renameSync(`${file}.new`, file);
}

/** To be called under the folder's lock. */
export function updateState(folder: string, name: ServiceName, state: ServiceState): void {
  writeState(folder, { ...readState(folder), [name]: state });
}
