import { AppServerProcess, type Reply, RequestRefused, ServerGone } from "./app-server-process.ts";
import { CodexHome } from "./codex-home.ts";
import { type Json, member, sourceOf, stringMember } from "./json.ts";
import type { RolloutFile, RolloutGroup } from "./rollout-file.ts";

/** The raw JSON text of a rollout's turns, or why there is none. */
export type Answer = { turns: string } | { refused: string };

const TURNS_A_PAGE = 100;
const FILES_IN_A_HOME = 400;
const ATTEMPTS = 2;
const NO_TURN = "no turn is called this";

/** Asks the published Codex for the turns of rollouts. */
export class CodexAppServer {
  private home: CodexHome | undefined;
  private server: Promise<AppServerProcess> | undefined;
  private readonly placed = new Set<string>();
  private readonly groupsAtOnce: number;

  constructor(groupsAtOnce = 8) {
    this.groupsAtOnce = groupsAtOnce;
  }

  /** The answers for the files of every group that are asked for, in the same order. */
  async ask(groups: readonly RolloutGroup[]): Promise<Answer[][]> {
    await this.place(groups.flat());
    const answers: Answer[][] = groups.map(() => []);
    let next = 0;
    const work = async (): Promise<void> => {
      for (let index = next++; index < groups.length; index = next++)
        answers[index] = await this.askGroup(groups[index] ?? []);
    };
    await Promise.all(Array.from({ length: this.groupsAtOnce }, work));
    return answers;
  }

  async close(): Promise<void> {
    const { server, home } = this;
    this.server = undefined;
    this.home = undefined;
    this.placed.clear();
    await server?.then(
      (process) => process.close(),
      () => undefined,
    );
    home?.remove();
  }

  /** What Codex has seen it keeps in mind: a thread asked again, or too many files, need a fresh home. */
  private async place(files: readonly RolloutFile[]): Promise<void> {
    if (this.placed.size + files.length > FILES_IN_A_HOME || files.some(({ threadId }) => this.placed.has(threadId)))
      await this.close();
    this.home ??= new CodexHome();
    for (const file of files) {
      this.home.place(file);
      this.placed.add(file.threadId);
    }
  }

  private async askGroup(group: RolloutGroup): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const file of group) if (file.asked) answers.push(await this.askFile(file));
    return answers;
  }

  private async askFile(file: RolloutFile): Promise<Answer> {
    for (let attempt = 1; ; attempt++) {
      const server = await this.running();
      try {
        return { turns: file.mode === "legacy" ? await readThread(server, file) : await listTurns(server, file) };
      } catch (error) {
        if (error instanceof RequestRefused) return { refused: error.message };
        if (!(error instanceof ServerGone)) throw error;
        if (attempt === ATTEMPTS) return { refused: error.message };
      }
    }
  }

  private async running(): Promise<AppServerProcess> {
    const current = this.server;
    if (current !== undefined && (await current).alive) return current;
    if (this.server === current) {
      if (this.home === undefined) throw new Error("closed while asking");
      this.server = AppServerProcess.start(this.home.path);
    }
    return this.running();
  }
}

async function readThread(server: AppServerProcess, { threadId }: RolloutFile): Promise<string> {
  const reply = await server.request("thread/read", { threadId, includeTurns: true });
  return textOf(reply, member(member(reply.result, "thread"), "turns"));
}

async function listTurns(server: AppServerProcess, { threadId }: RolloutFile): Promise<string> {
  await project(server, threadId);
  const turns: string[] = [];
  let cursor: string | undefined;
  do {
    const page = { cursor, limit: TURNS_A_PAGE, sortDirection: "asc", itemsView: "full" };
    const reply = await server.request("thread/turns/list", { threadId, ...page });
    const list = textOf(reply, member(reply.result, "data")).slice(1, -1);
    if (list !== "") turns.push(list);
    cursor = stringMember(reply.result, "nextCursor");
  } while (cursor !== undefined);
  return `[${turns.join(",")}]`;
}

/**
 * A paginated thread has turns only after it was opened once. Opening it for a conversation (`thread/resume`) costs
 * some 40 ms; asking for a fork behind a turn that does not exist reads the rollout just the same and opens nothing.
 */
async function project(server: AppServerProcess, threadId: string): Promise<void> {
  try {
    await server.request("thread/fork", { threadId, lastTurnId: NO_TURN, excludeTurns: true, ephemeral: true });
  } catch (error) {
    if (error instanceof RequestRefused && error.message === `turn not found: ${NO_TURN}`) return;
    throw error;
  }
  throw new Error(`thread ${threadId} has a turn called ${NO_TURN}`);
}

function textOf({ line }: Reply, value: Json | undefined): string {
  if (value?.kind !== "array") throw new Error(`no turns in the answer: ${line.slice(0, 400)}`);
  return sourceOf(line, value);
}
