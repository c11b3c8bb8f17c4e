import { once } from "node:events";
import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { stringify } from "../json/index.ts";
import type { Change, FeedPosition, ReadModel, ThreadScope } from "../read-model/index.ts";
import type { ApiLimits } from "./options.ts";
import { changeJson } from "./shapes.ts";

/** Changes read at a time: few, since one can be as large as a line of a rollout. */
const PAGE = 20;

export interface StreamedChanges {
  readonly readModel: ReadModel;
  readonly threadId: string | null;
  readonly scope: ThreadScope;
  /** Null: only what comes from now on. */
  readonly after: FeedPosition | null;
  readonly limits: Pick<ApiLimits, "heartbeatMs" | "requestMs">;
  /** Aborts when the server ends. */
  readonly stop: AbortSignal;
  /** Told why a stream was cut off that the reader would have gone on with. */
  readonly onError: (error: unknown) => void;
}

/**
 * Writes changes as server-sent events until the reader goes, or does not read: no more than one page is ever held for it. It
 * goes on where it was by the id of the last event it got.
 *
 * @param open gives the response, once nothing can go wrong any more that could be told by a status
 * @throws BadCursorError before that, when `after` is no place
 */
export async function streamChanges(open: () => ServerResponse, streamed: StreamedChanges): Promise<void> {
  const { readModel, threadId, scope, limits } = streamed;
  const read = (after: FeedPosition): Promise<readonly Change[]> =>
    readModel.changes({ after, limit: PAGE, threadId, scope });
  let position = streamed.after ?? (await readModel.feedEnd());
  let changes = await read(position);
  const response = open();
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const signal = AbortSignal.any([gone.signal, streamed.stop]);
  response.writeHead(200, {
    "content-type": "text/event-stream",
    "cache-control": "no-store",
    "x-accel-buffering": "no",
  });
  // A reader that has got nothing yet resumes from here.
  let text = `id: ${position}\n: stream\n\n`;
  try {
    while (!signal.aborted) {
      text += changes.map(eventOf).join("");
      if (!(await written(response, text, limits.requestMs, signal))) break;
      text = "";
      position = changes.at(-1)?.position ?? position;
      if (changes.length === 0) {
        const before = performance.now();
        await readModel.changed(limits.heartbeatMs, signal);
        if (performance.now() - before >= limits.heartbeatMs) text = ": alive\n\n";
      }
      if (!signal.aborted) changes = await read(position);
    }
    response.end();
  } catch (error) {
    streamed.onError(error);
    // Cut off, the reader comes back by itself, with the id of the last event it got.
    response.destroy();
  }
}

/** JSON holds no newlines of its own. */
function eventOf(change: Change): string {
  return `event: ${change.type}\nid: ${change.position}\ndata: ${stringify(changeJson(change))}\n\n`;
}

/** Whether the reader took it in time; one that does not is cut off. */
async function written(response: ServerResponse, text: string, ms: number, signal: AbortSignal): Promise<boolean> {
  if (text === "" || response.write(text)) return true;
  const waited = new AbortController();
  const ended = AbortSignal.any([signal, waited.signal]);
  const drained = once(response, "drain", { signal: ended }).then(
    () => true,
    () => false, // the reader went
  );
  const isTaken = await Promise.race([
    drained,
    sleep(ms, false, { signal: ended }).catch(() => false), // taken, or gone
  ]);
  waited.abort();
  if (!isTaken) response.destroy();
  return isTaken;
}
