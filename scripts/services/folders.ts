import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, rmdirSync, rmSync, statSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { ROOT } from "../root.ts";
import { SERVICE_NAMES, ServicesError } from "./names.ts";

export const FOLDER_VARIABLE = "SERVICES_DIR";
export const POM = join(ROOT, "dev/services/pom.xml");
const STATE_FILE = "state.json";
const TOOLS = "bin";

/** Where data, logs and the state file lie. */
export function servicesFolder(): string {
  return resolve(process.env[FOLDER_VARIABLE] || join(tmpdir(), "thread-history-services"));
}

/** Where downloads are kept. Another pom.xml gets another folder, so that what is there is always whole and right. */
export function downloadsFolder(): string {
  const caches = process.env.XDG_CACHE_HOME || join(homedir(), ".cache");
  const version = createHash("sha256").update(readFileSync(POM)).digest("hex").slice(0, 12);
  return join(caches, "thread-history", `services-${version}`);
}

export function stateFile(folder: string): string {
  return join(folder, STATE_FILE);
}

export function logFile(folder: string, name: string): string {
  return join(folder, "logs", `${name}.log`);
}

export function toolsFolder(folder: string): string {
  return join(folder, TOOLS);
}

/** @throws ServicesError when the folder holds something else, which `down` would be about to delete */
export function claimFolder(folder: string): void {
  if (!existsSync(folder)) return;
  if (statSync(folder).uid !== process.getuid?.())
    throw new ServicesError(`${folder} belongs to another user: name a folder of your own in ${FOLDER_VARIABLE}`);
  // The tools are there with Docker too, which has no state file.
  const others = readdirSync(folder).filter((entry) => entry !== TOOLS);
  if (others.length > 0 && !existsSync(stateFile(folder)))
    throw new ServicesError(`${folder} holds other files: name an empty or a new folder in ${FOLDER_VARIABLE}`);
}

/** Deletes what the services have written, and the folder unless something else lies in it. */
export function removeData(folder: string): void {
  if (!existsSync(stateFile(folder))) return;
  for (const name of [...SERVICE_NAMES, "logs", TOOLS, STATE_FILE])
    rmSync(join(folder, name), { recursive: true, force: true });
  if (readdirSync(folder).length === 0) rmdirSync(folder);
}
