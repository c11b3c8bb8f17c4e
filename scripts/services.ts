/** `npm run services -- up|down|status|env`: Kafka, Redis, a schema registry and Postgres for development and tests. */
import { Command, Option } from "commander";
import { dockerDown, dockerStatus } from "./services/docker.ts";
import { servicesFolder } from "./services/folders.ts";
import { reachOf } from "./services/given.ts";
import {
  ensureServices,
  findServices,
  type ServicesEnv,
  ServicesError,
  type Source,
  sourceOf,
} from "./services/index.ts";
import { localDown, localStatus } from "./services/local.ts";
import { LOOPBACK } from "./services/ports.ts";

const folder = servicesFolder();
const HOW_TO_USE = 'for your shell: eval "$(npm run -s services -- env)"';
const GIVEN = "using the services given by the environment";

const program = new Command("services").description("Real services for development and tests; see docs/services.md.");
program.command("up").description("Starts what does not run, and waits until it is ready.").action(up);
program
  .command("down")
  .description("Stops what `up` has started, and deletes its data.")
  .addOption(new Option("--keep", "keep the data"))
  .action(({ keep }: { readonly keep?: true }) => down(keep === true));
program.command("status").description("Says what runs. Exit code 0 only when all is healthy.").action(status);
program.command("env").description("Prints the addresses, as commands for a shell.").action(env);

try {
  await program.parseAsync();
} catch (error) {
  if (!(error instanceof ServicesError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}

async function up(): Promise<void> {
  const began = performance.now();
  const source = sourceOf();
  const env = await ensureServices({ report: console.log });
  if (source === "environment") return await statusOfGiven(env);
  const seconds = ((performance.now() - began) / 1_000).toFixed(1);
  console.log(`all ready in ${seconds} s${source === "local" ? `; data and logs in ${folder}` : ""}\n${HOW_TO_USE}`);
}

async function down(keep: boolean): Promise<void> {
  const source = sourceOf();
  if (source === "environment") throw new ServicesError(`${GIVEN}: whoever started them has to stop them`);
  if (source === "docker") return dockerDown(folder, keep);
  const count = await localDown(folder, keep, console.log);
  if (count === 0) console.log("nothing runs");
}

async function status(): Promise<void> {
  const source = sourceOf();
  if (source === "environment") return await statusOfGiven(demandEnv(source));
  const rows = source === "docker" ? rowsOfContainers() : await rowsOfProcesses();
  if (rows.length === 0) console.log("nothing runs; start it with `npm run services -- up`");
  for (const { line } of rows) console.log(line);
  process.exitCode = rows.length > 0 && rows.every(({ healthy }) => healthy) ? 0 : 1;
}

interface Row {
  readonly line: string;
  readonly healthy: boolean;
}

function rowsOfContainers(): Row[] {
  return dockerStatus().map(({ name, port, state, healthy }) => ({
    line: `${name.padEnd(8)}  ${`${LOOPBACK}:${port}`.padEnd(15)}  ${state}`,
    healthy,
  }));
}

async function rowsOfProcesses(): Promise<Row[]> {
  const list = (await localStatus(folder)) ?? [];
  return list.map(({ name, port, process: running, healthy }) => {
    const state = running === null ? "not running" : healthy ? "healthy" : "does not answer";
    const pid = running === null ? "-" : String(running.pid);
    const uptime = running === null ? "-" : age(Date.now() - Date.parse(running.since));
    const address = port === 0 ? "-" : `${LOOPBACK}:${port}`;
    const cells = [name.padEnd(8), `pid ${pid}`.padEnd(12), address.padEnd(15), uptime.padStart(9), state];
    return { line: cells.join("  "), healthy };
  });
}

async function statusOfGiven(given: ServicesEnv): Promise<void> {
  console.log(GIVEN);
  const list = await reachOf(given);
  for (const { name, address, reachable } of list)
    console.log(
      `${name.padEnd(8)}  ${address}  ${reachable ? "reachable" : "not reachable: correct or unset its variable"}`,
    );
  process.exitCode = list.every(({ reachable }) => reachable) ? 0 : 1;
}

function env(): void {
  for (const [name, value] of Object.entries(demandEnv(sourceOf()))) console.log(`export ${name}=${quoted(value)}`);
}

function demandEnv(source: Source): ServicesEnv {
  const found = findServices({}, source);
  if (found === null) throw new ServicesError("nothing runs; start it with `npm run services -- up`");
  return found;
}

function quoted(value: string): string {
  return /^[\w@%+=:,./-]*$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}

/** `1:02:03` */
function age(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const parts = [Math.floor(seconds / 60) % 60, seconds % 60].map((part) => String(part).padStart(2, "0"));
  return `${Math.floor(seconds / 3_600)}:${parts.join(":")}`;
}
