import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { FOLDER_VARIABLE } from "./folders.ts";
import { ServicesError } from "./names.ts";
import { exchange, LOOPBACK } from "./ports.ts";
import { type Account, runLogged } from "./processes.ts";
import { type Place, portAt, type Service } from "./service.ts";

const USER = "postgres";
const DATABASE = "thread_history";
const DEBIAN_FOLDER = "/usr/lib/postgresql";
const LEFTOVER_MS = 10_000;
const POLL_MS = 20;

export const postgres: Service = {
  name: "postgres",
  portCount: 1,
  // "Fast": SIGTERM would wait for all clients to leave.
  stopSignal: "SIGINT",
  url: (port) => `postgres://${USER}@${LOOPBACK}:${port}/${DATABASE}`,

  async prepare({ folder, log }: Place): Promise<void> {
    const data = join(folder, "data");
    if (existsSync(data)) return await clearAfterCrash(data);
    const account = ownAccount();
    if (account !== undefined) {
      demandPassage(folder);
      chownSync(folder, account.uid, account.gid);
    }
    const half = join(folder, "data.new");
    rmSync(half, { recursive: true, force: true });
    mkdirSync(half, { mode: 0o700 });
    if (account !== undefined) chownSync(half, account.uid, account.gid);
    const bin = binaries();
    const init = ["-D", half, "-U", USER, "--auth=trust", "--encoding=UTF8", "--locale=C.UTF-8", "--no-sync"];
    await runLogged({ program: join(bin, "initdb"), args: init, cwd: folder, account }, log);
    // Without a server: this takes a third of a second, and what is ready then has its database.
    const single = ["--single", "-D", half, "postgres"];
    const input = `CREATE DATABASE ${DATABASE};\n`;
    await runLogged({ program: join(bin, "postgres"), args: single, cwd: folder, account, input }, log);
    renameSync(half, data);
  },

  command: ({ folder, ports }) => ({
    program: join(binaries(), "postgres"),
    args: [
      ...["-D", join(folder, "data"), "-p", String(portAt(ports, 0))],
      ...["-c", `listen_addresses=${LOOPBACK}`, "-c", "unix_socket_directories="],
    ],
    cwd: folder,
    account: ownAccount(),
  }),

  async isHealthy(port): Promise<boolean> {
    // Accepted is `R` (authentication) with code 0; else `E`: still starting, or no such database.
    const answer = await exchange({ port, send: startupMessage(), bytes: 9 });
    return answer !== null && answer[0] === 0x52 && answer.readInt32BE(5) === 0;
  },
};

/**
 * After SIGKILL the server's own processes live on for a moment, and until its parent has taken note its pid does too. It
 * would refuse to start over either, though by the state file it does not run.
 */
async function clearAfterCrash(data: string): Promise<void> {
  for (const deadline = performance.now() + LEFTOVER_MS; isUsed(realpathSync(data)); await sleep(POLL_MS))
    if (performance.now() >= deadline)
      throw new ServicesError(`other processes work in ${data}: end those that \`fuser ${data}\` names`);
  rmSync(join(data, "postmaster.pid"), { force: true });
}

/** Whether the working folder of some process is this one, as that of all Postgres processes is the data folder. */
function isUsed(folder: string): boolean {
  return readdirSync("/proc").some((entry) => /^\d+$/.test(entry) && workingFolder(entry) === folder);
}

function workingFolder(pid: string): string | null {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return null;
  }
}

/** The first message of a connection: protocol 3.0, and what it wants. */
function startupMessage(): Buffer {
  const body = Buffer.from(`user\0${USER}\0database\0${DATABASE}\0\0`);
  const head = Buffer.alloc(8);
  head.writeInt32BE(head.length + body.length, 0);
  head.writeInt32BE(0x00030000, 4);
  return Buffer.concat([head, body]);
}

/** The folder of the newest version's binaries; Debian puts only psql and the like on PATH. */
function binaries(): string {
  const found = postgresBinaries();
  if (found === null) throw new ServicesError(`no ${DEBIAN_FOLDER}/*/bin/postgres: install PostgreSQL 15 or newer`);
  return found;
}

export function postgresBinaries(): string | null {
  if (!existsSync(DEBIAN_FOLDER)) return null;
  const versions = readdirSync(DEBIAN_FOLDER).sort((a, b) => Number(b) - Number(a));
  const folders = versions.map((version) => join(DEBIAN_FOLDER, version, "bin"));
  return folders.find((folder) => existsSync(join(folder, "postgres"))) ?? null;
}

/** Postgres refuses to run as root: then it runs as the user that Debian's package makes. */
function ownAccount(): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const line = readFileSync("/etc/passwd", "utf8").match(/^postgres:[^:]*:(\d+):(\d+):/m);
  if (line === null)
    throw new ServicesError(
      "postgres does not run as root, and there is no user postgres: `useradd --system postgres`",
    );
  return { uid: Number(line[1]), gid: Number(line[2]) };
}

/** Another user must be able to reach its folder. */
function demandPassage(folder: string): void {
  for (let at = dirname(folder); at !== dirname(at); at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0)
      throw new ServicesError(
        `user postgres may not enter ${at}: \`chmod o+x ${at}\`, or name another ${FOLDER_VARIABLE}`,
      );
  }
}
