import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { ROOT } from "../root.ts";
import { toolsFolder } from "./folders.ts";
import { SERVICE_NAMES, type ServiceName, type ServicesEnv, ServicesError, servicesEnv } from "./names.ts";
import { LOOPBACK } from "./ports.ts";
import { writeContainerTools } from "./tools.ts";

/** The services as containers of docker-compose.yml. */

const COMPOSE = ["docker", "compose", "--file", join(ROOT, "docker-compose.yml")];
const ANSWER_MS = 10_000;

const URLS: Readonly<Record<ServiceName, (address: string) => string>> = {
  kafka: (address) => address,
  redis: (address) => `redis://${address}`,
  registry: (address) => `http://${address}/apis/ccompat/v7`,
  postgres: (address) => `postgres://thread_history:thread_history@${address}/thread_history`,
};

/** Whether a daemon answers; a client alone is not enough. */
export function isDockerThere(): boolean {
  return spawnSync("docker", ["info"], { stdio: "ignore", timeout: ANSWER_MS }).status === 0;
}

export function dockerUp(folder: string): void {
  compose(["up", "--detach", "--wait", ...SERVICE_NAMES]);
  mkdirSync(folder, { recursive: true });
  writeContainerTools(folder, COMPOSE);
}

/** Stops everything of docker-compose.yml, the workers too. */
export function dockerDown(folder: string, keep: boolean): void {
  compose(["down", ...(keep ? [] : ["--volumes"])]);
  rmSync(toolsFolder(folder), { recursive: true, force: true });
}

export interface Container {
  readonly name: ServiceName;
  readonly port: number;
  readonly healthy: boolean;
  /** In Docker's words. */
  readonly state: string;
}

/** The containers that there are. */
export function dockerStatus(): Container[] {
  const text = compose(["ps", "--all", "--format", "json"], true).trim();
  // Before version 2.21 one array, since then a line each.
  const rows: unknown[] = text.startsWith("[")
    ? [JSON.parse(text)].flat()
    : text.split("\n").filter(Boolean).map(parsed);
  const found = rows.map((row) => containerRow.parse(row));
  return SERVICE_NAMES.flatMap((name) =>
    found.filter(({ Service }) => Service === name).map((row) => container(name, row)),
  );
}

export function dockerEnv(folder: string): ServicesEnv | null {
  const containers = dockerStatus();
  const portOf = (name: ServiceName) => containers.find((found) => found.name === name)?.port ?? 0;
  if (SERVICE_NAMES.some((name) => portOf(name) === 0)) return null;
  return servicesEnv((name) => URLS[name](`${LOOPBACK}:${portOf(name)}`), toolsFolder(folder));
}

const containerRow = z.object({
  Service: z.string(),
  State: z.string(),
  Health: z.string().default(""),
  Publishers: z.array(z.object({ PublishedPort: z.number() })).nullish(),
});

function container(name: ServiceName, { State, Health, Publishers }: z.infer<typeof containerRow>): Container {
  const port = Publishers?.map(({ PublishedPort }) => PublishedPort).find((published) => published > 0) ?? 0;
  const healthy = State === "running" && Health === "healthy";
  return { name, port, healthy, state: Health === "" ? State : `${State}, ${Health}` };
}

function parsed(line: string): unknown {
  return JSON.parse(line);
}

/** What Docker says goes to standard error, since `env` is to be read from standard output. */
function compose(args: readonly string[], isQuery = false): string {
  const [program = "", ...before] = COMPOSE;
  const result = spawnSync(program, [...before, ...args], {
    encoding: "utf8",
    stdio: ["ignore", isQuery ? "pipe" : 2, "inherit"],
  });
  if (result.status === 0) return result.stdout ?? "";
  throw new ServicesError(`\`${[...COMPOSE, ...args].join(" ")}\` failed: see its message above`, {
    cause: result.error,
  });
}
