import { spawn } from "node:child_process";
import { copyFileSync, mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { CodexHome } from "../conformance/src/codex-home.ts";
import { publishedCodex } from "../scripts/published-codex.ts";
import { THREAD_ID } from "./corpus.ts";
import { cpuOfTree, ended, run, type Usage } from "./processes.ts";
import { type BenchRollout, ROLLOUT_NAME } from "./rollouts.ts";

/** Higher than any disk: the default holds the migration back. */
const MIB_PER_SECOND = "100000";
const NEWLINE = 0x0a;
/** So much of an answer tells what it is. */
const HEAD_LENGTH = 300;

/** What `codex app-server` takes for one `thread/read` with turns, from the request to the last byte of the answer. */
export function readThread(rollout: BenchRollout): Promise<Usage> {
  return withHome(rollout, async (home) => {
    const [program = "", ...args] = [...publishedCodex(), "app-server"];
    const child = spawn(program, args, { cwd: home, env: environment(home), stdio: ["pipe", "pipe", "ignore"] });
    const answered = answers(child.stdout);
    const send = (message: object): void => void child.stdin.write(`${JSON.stringify(message)}\n`);
    const exited = ended(child);
    send({ id: 0, method: "initialize", params: initialization });
    await answered(0);
    send({ method: "initialized" });
    const cpuBefore = cpuOfTree(child.pid);
    const begun = performance.now();
    send({ id: 1, method: "thread/read", params: { threadId: THREAD_ID, includeTurns: true } });
    const head = await answered(1);
    const wallSeconds = (performance.now() - begun) / 1000;
    const cpuSeconds = cpuOfTree(child.pid) - cpuBefore;
    child.kill();
    await exited;
    if (!head.startsWith('{"id":1,"result":')) throw new Error(`codex app-server answered ${head}`);
    return { wallSeconds, cpuSeconds, peakBytes: 0 };
  });
}

const initialization = {
  clientInfo: { name: "thread-history-bench", title: null, version: "0.0.0" },
  capabilities: { experimentalApi: true, requestAttestation: false },
};

/** Waits for the line that answers a request, and gives its beginning. The line itself, which is long, is not kept. */
function answers(stdout: NodeJS.ReadableStream): (id: number) => Promise<string> {
  const found = new Map<number, PromiseWithResolvers<string>>();
  const waiting = (id: number): PromiseWithResolvers<string> => {
    const known = found.get(id) ?? Promise.withResolvers<string>();
    found.set(id, known);
    return known;
  };
  let head = "";
  stdout.on("data", (chunk: Buffer) => {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end >= 0; end = chunk.indexOf(NEWLINE, start)) {
      const line = head + chunk.toString("latin1", start, Math.min(end, start + HEAD_LENGTH));
      const id = /^\{"id":(\d+),/.exec(line)?.[1];
      if (id !== undefined) waiting(Number(id)).resolve(line);
      head = "";
      start = end + 1;
    }
    if (head.length < HEAD_LENGTH) head += chunk.toString("latin1", start, start + HEAD_LENGTH);
  });
  stdout.on("end", () => {
    for (const { reject } of found.values()) reject(new Error("codex app-server ended"));
  });
  return (id) => waiting(id).promise;
}

/** What `codex migrate-rollouts --apply` takes for its projection into SQLite. */
export function migrate(rollout: BenchRollout): Promise<Usage> {
  const command = [...publishedCodex(), "migrate-rollouts", "--apply", "--max-mib-per-second", MIB_PER_SECOND];
  return withHome(rollout, (home) => run(command, environment(home)));
}

/** Does something with a scratch home in which Codex finds the rollout, and from which it reaches no network. */
async function withHome<T>({ path }: BenchRollout, action: (home: string) => Promise<T>): Promise<T> {
  const home = new CodexHome();
  try {
    const [, year = "", month = "", day = ""] = /^rollout-(\d+)-(\d+)-(\d+)T/.exec(ROLLOUT_NAME) ?? [];
    const place = join(home.path, "sessions", year, month, day, ROLLOUT_NAME);
    mkdirSync(dirname(place), { recursive: true });
    copyFileSync(path, place);
    return await action(home.path);
  } finally {
    home.remove();
  }
}

function environment(home: string): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home, CODEX_HOME: home, RUST_LOG: "off" };
}
