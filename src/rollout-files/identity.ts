import { LineDecoder, parseRolloutFileName, type SessionMeta } from "../rollout/index.ts";
import type { RolloutFile } from "./discover.ts";
import { UnreadableInputError, unreadable } from "./errors.ts";
import { LineSplitter } from "./line-splitter.ts";

/** Which thread a file belongs to, and which of the thread's rollouts it is. */
export interface RolloutIdentity {
  readonly threadId: string;
  readonly rolloutId: string;
}

/**
 * The identity of a rollout file: the ids in its name, else those of its `session_meta` (design §4).
 *
 * @throws UnreadableInputError when neither is there
 */
export async function identify(file: RolloutFile, maxLineBytes: number): Promise<RolloutIdentity> {
  const named = parseRolloutFileName(file.name);
  if (named !== undefined) return { threadId: named.threadId, rolloutId: named.rolloutId ?? named.threadId };
  const session = await sessionOf(file, maxLineBytes);
  if (session === undefined) {
    const why = "is no rollout: it has no session_meta line, and its name holds no thread id";
    throw new UnreadableInputError(file.path, why);
  }
  return { threadId: session.threadId, rolloutId: session.threadId };
}

/** The first `session_meta` of a file. */
export async function sessionOf(file: RolloutFile, maxLineBytes: number): Promise<SessionMeta | undefined> {
  const splitter = new LineSplitter(maxLineBytes);
  const decoder = new LineDecoder();
  let session: SessionMeta | undefined;
  const sink = {
    onLine: (bytes: Buffer, start: number, end: number) => {
      if (session !== undefined) return;
      const line = decoder.decode(bytes, start, end, "paginated");
      if (line.outcome === "event" && line.event.type === "session_meta") session = line.event;
    },
    onTooLong: () => undefined,
  };
  try {
    for await (const chunk of file.open(() => undefined)) {
      splitter.push(chunk, sink);
      if (session !== undefined) return session;
    }
  } catch (error) {
    throw unreadable(file.path, error);
  }
  splitter.rest(sink);
  return session;
}
