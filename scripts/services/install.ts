import { spawn } from "node:child_process";
import { once } from "node:events";
import { accessSync, constants, existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { downloadsFolder, POM } from "./folders.ts";
import { javaProgram } from "./java.ts";
import { withLock } from "./lock.ts";
import { type Report, type ServiceName, ServicesError } from "./names.ts";
import { postgresBinaries } from "./postgres.ts";

/** What must be there, and Debian's package that brings it. */
interface Need {
  readonly program: string;
  readonly debian: string;
  readonly isThere: () => boolean;
}

const REDIS: Need = { program: "redis-server", debian: "redis-server", isThere: () => isOnPath("redis-server") };
const POSTGRES: Need = { program: "postgres", debian: "postgresql", isThere: () => postgresBinaries() !== null };
/** A JDK: the example of docs/producing.md is compiled. */
const JAVA: Need = { program: "java", debian: "default-jdk-headless", isThere: () => isOnPath(javaProgram()) };
const MAVEN: Need = { program: "mvn", debian: "maven", isThere: () => isOnPath("mvn") };

const NEEDS: Readonly<Record<ServiceName, Need>> = { kafka: JAVA, redis: REDIS, registry: JAVA, postgres: POSTGRES };

/** Brings what the services need and is not there yet, and gives the folder of what Maven has brought. */
export async function install(names: readonly ServiceName[], report: Report): Promise<string> {
  const downloads = downloadsFolder();
  const needs = new Set(names.map((name) => NEEDS[name]));
  const toDownload = needs.has(JAVA) && !existsSync(downloads);
  if (toDownload) needs.add(MAVEN);
  const missing = [...needs].filter((need) => !need.isThere());
  if (missing.length > 0) await withLock("apt-get", report, () => installPackages(missing, report));
  if (toDownload) await withLock(downloads, report, () => download(downloads, report));
  return downloads;
}

async function installPackages(missing: readonly Need[], report: Report): Promise<void> {
  const packages = missing.map((need) => need.debian).join(" ");
  const programs = missing.map((need) => need.program).join(", ");
  if (!isOnPath("apt-get")) {
    const like = `what Debian calls ${packages}`;
    throw new ServicesError(`${programs} not found, and no apt-get to install it: install ${like}, or start Docker`);
  }
  report(`installing ${packages} (${programs} not found)`);
  // Under sudo the variables of this process would be lost.
  const aptGet = [
    ...(process.getuid?.() === 0 ? [] : ["sudo"]),
    "env",
    "DEBIAN_FRONTEND=noninteractive",
    "apt-get",
    "-qq",
  ];
  await run([...aptGet, "update"]);
  await run([...aptGet, "install", "-y", "--no-install-recommends", ...missing.map((need) => need.debian)]);
  const still = missing.filter((need) => !need.isThere()).map((need) => need.program);
  if (still.length > 0) throw new ServicesError(`apt-get installed ${packages}, yet there is no ${still.join(", ")}`);
}

async function download(downloads: string, report: Report): Promise<void> {
  if (existsSync(downloads)) return;
  report(`downloading Kafka and the registry, 200 MB, once, into ${downloads}`);
  const part = `${downloads}.part`;
  rmSync(part, { recursive: true, force: true });
  mkdirSync(dirname(downloads), { recursive: true });
  await run(["mvn", "--batch-mode", "--quiet", "--file", POM, "package", `-Dto=${part}`]);
  renameSync(part, downloads);
}

/** Runs an installer; what it says goes to standard error, since `env` is to be read from standard output. */
async function run([program = "", ...args]: readonly string[]): Promise<void> {
  const child = spawn(program, args, { stdio: ["ignore", "pipe", "pipe"] });
  const output: Buffer[] = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk: Buffer) => output.push(chunk));
  const [code, signal]: unknown[] = await once(child, "close");
  if (code === 0) return;
  const said = Buffer.concat(output).toString("utf8").trimEnd().split("\n").slice(-20).join("\n  ");
  throw new ServicesError(`\`${[program, ...args].join(" ")}\` ended with ${signal ?? `code ${code}`}:\n  ${said}`);
}

function isOnPath(program: string): boolean {
  const folders = program.includes("/") ? [""] : (process.env.PATH ?? "").split(delimiter);
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
