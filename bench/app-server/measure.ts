import { readFileSync } from "node:fs";
import type { RowBatch } from "../../src/read-model/index.ts";
import {
  agentMessage,
  itemUpsert,
  lifecycleEvent,
  threadStarted,
  turnUpsert,
  userMessage,
} from "../../src/testing/index.ts";
import { CodexServer, openOnce } from "../../test/app-server/support/codex-server.ts";
import { OurServer } from "../../test/app-server/support/our-server.ts";
import { ProtocolClient } from "../../test/app-server/support/protocol-client.ts";
import { rowsOf } from "../../test/read-model/support/corpus.ts";
import { THREAD_ID } from "../corpus.ts";
import { benchRollout, ROLLOUT_NAME } from "../rollouts.ts";

export interface Size {
  /** Of the long thread's rollout. */
  readonly megabytes: number;
  /** Short threads beside it; ours has them alone. */
  readonly threads: number;
  readonly requests: number;
}

/** Milliseconds of each request, in both servers. */
export interface Asked {
  readonly what: string;
  readonly codex: readonly number[];
  readonly ours: readonly number[];
}

export interface Compared {
  readonly turns: number;
  readonly items: number;
  readonly asked: readonly Asked[];
}

type TurnsView = "notLoaded" | "summary" | "full";

const PAGE = 25;
/** Connections are made and pages come from the disk. */
const WARM_UP = 20;
const VIEWS: readonly TurnsView[] = ["summary", "full"];

/** Pages through one long paginated thread, from its end, at both servers in turn. */
export async function compareServers({ megabytes, threads, requests }: Size): Promise<Compared> {
  const text = readFileSync(benchRollout("paginated", megabytes).path, "utf8");
  const rows = rowsOf(new Map([[THREAD_ID, [{ threadId: THREAD_ID, rolloutId: THREAD_ID, lines: text.split("\n") }]]]));
  const [turns, items] = [rows.turns.size, rows.items.size];
  addShortThreads(rows, threads);
  const ours = await OurServer.start(rows);
  const file = { threadId: THREAD_ID, name: ROLLOUT_NAME, text, mode: "paginated", asked: true } as const;
  const codex = await CodexServer.start((home) => home.place(file));
  try {
    const asked: Asked[] = [];
    const [theirClient, ourClient] = [await ProtocolClient.open(codex.url), await ProtocolClient.open(ours.url)];
    if (!(await openOnce(theirClient, file))) throw new Error("Codex does not read the rollout");
    for (const view of VIEWS)
      asked.push({
        what: `thread/turns/list, ${view}`,
        codex: await turnPages(theirClient, view, requests),
        ours: await turnPages(ourClient, view, requests),
      });
    asked.push({
      what: "thread/items/list",
      codex: await itemPages(theirClient, requests),
      ours: await itemPages(ourClient, requests),
    });
    await Promise.all([theirClient.close(), ourClient.close()]);
    return { turns, items, asked };
  } finally {
    await codex.close();
    await ours.close();
  }
}

function turnPages(client: ProtocolClient, itemsView: TurnsView, requests: number): Promise<number[]> {
  return timesOf(requests, async (cursor) => {
    const params = { threadId: THREAD_ID, cursor, limit: PAGE, sortDirection: "desc", itemsView } as const;
    return (await client.request("thread/turns/list", params)).nextCursor;
  });
}

function itemPages(client: ProtocolClient, requests: number): Promise<number[]> {
  return timesOf(requests, async (cursor) => {
    const params = { threadId: THREAD_ID, cursor, limit: PAGE, sortDirection: "desc" } as const;
    return (await client.request("thread/items/list", params)).nextCursor;
  });
}

/** One page after the other, from the end again when there are no more. */
async function timesOf(requests: number, ask: (cursor: string | null) => Promise<string | null>): Promise<number[]> {
  const times: number[] = [];
  let cursor: string | null = null;
  for (let n = 0; n < requests + WARM_UP; n++) {
    const begun = performance.now();
    cursor = await ask(cursor);
    if (n >= WARM_UP) times.push(performance.now() - begun);
  }
  return times;
}

function addShortThreads(rows: RowBatch, threads: number): void {
  for (let n = 0, offset = 10_000_000; n < threads; n++) {
    const threadId = `0197b000-0000-7000-8000-${n.toString(16).padStart(12, "0")}`;
    rows.add(lifecycleEvent(threadStarted({ rolloutId: threadId }), { threadId }), offset++);
    rows.add(turnUpsert({ threadId, status: "completed", sourcePosition: 1 }), offset++);
    const item = (itemKey: string, itemOrdinal: number, shown: object) =>
      rows.add(itemUpsert({ threadId, itemKey, itemOrdinal, item: shown, sourcePosition: 1 + itemOrdinal }), offset++);
    item("i-1", 1, userMessage("i-1", `question ${n}`));
    item("i-2", 2, agentMessage("i-2", `answer ${n}`));
  }
}
