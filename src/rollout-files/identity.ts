import { LineDecoder, parseRolloutFileName, type SessionMeta } from "../rollout/index.ts";
import type { RolloutFile } from "./discover.ts";
import { UnreadableInputError, unreadable } from "./errors.ts";
import { type LineSink, LineSplitter } from "./line-splitter.ts";

/** Which thread a file belongs to, and which of the thread's rollouts it is. */
export interface RolloutIdentity {
  readonly threadId: string;
  readonly rolloutId: string;
}

/** What compressed data begins with. */
const COMPRESSED: readonly (readonly [magic: Buffer, tool: string, ending: string])[] = [
  [Buffer.of(0x1f, 0x8b), "gzip -dc", ".gz"],
  [Buffer.of(0x28, 0xb5, 0x2f, 0xfd), "zstd -dc", ".zst"],
];

/** Of a longer first line only its head is looked at. */
const FIRST_LINE_BYTES = 64 * 1024 * 1024;

/**
 * The identity of a rollout file: the ids in its name, else those of its `session_meta` (design §4).
 *
 * @throws UnreadableInputError when neither is there
 */
export async function identify(file: RolloutFile, maxLineBytes: number): Promise<RolloutIdentity> {
  const named = parseRolloutFileName(file.name);
  if (named !== undefined) return { threadId: named.threadId, rolloutId: named.rolloutId ?? named.threadId };
  const session = await sessionOf(file, maxLineBytes);
  if (session === undefined) throw new UnreadableInputError(file.path, await whyUnknown(file));
  return { threadId: session.threadId, rolloutId: session.threadId };
}

async function whyUnknown(file: RolloutFile): Promise<string> {
  const beginning = await firstLineOf(file);
  const name = file.isStream ? "" : ", and its name holds no thread id";
  if (beginning.length === 0) return `is empty${name}`;
  const magic = COMPRESSED.find(([bytes]) => beginning.subarray(0, bytes.length).equals(bytes));
  if (magic !== undefined)
    return `is compressed (decompress it with ${magic[1]}, or name a file that ends in ${magic[2]})`;
  return `is no rollout: no line is a session_meta that can be read${name}`;
}

/** The first `session_meta` of a file. */
export async function sessionOf(file: RolloutFile, maxLineBytes: number): Promise<SessionMeta | undefined> {
  const decoder = new LineDecoder();
  let session: SessionMeta | undefined;
  await readUntil(file, new LineSplitter(maxLineBytes), () => session !== undefined, {
    onLine: (bytes, start, end) => {
      if (session !== undefined) return;
      const line = decoder.decode(bytes, start, end, "paginated");
      if (line.outcome === "event" && line.event.type === "session_meta") session = line.event;
    },
    onTooLong: () => undefined,
  });
  return session;
}

/** What the first line begins with: enough to tell whether two files hold the same rollout. */
export async function firstLineOf(file: RolloutFile): Promise<Buffer> {
  let first: Buffer | undefined;
  await readUntil(file, new LineSplitter(FIRST_LINE_BYTES), () => first !== undefined, {
    onLine: (bytes, start, end) => {
      first ??= Buffer.from(bytes.subarray(start, end));
    },
    onTooLong: (head) => {
      first ??= head;
    },
  });
  return first ?? Buffer.alloc(0);
}

async function readUntil(
  file: RolloutFile,
  splitter: LineSplitter,
  isEnough: () => boolean,
  sink: LineSink,
): Promise<void> {
  try {
    for await (const chunk of file.open(() => undefined)) {
      splitter.push(chunk, sink);
      if (isEnough()) return;
    }
  } catch (error) {
    throw unreadable(file.path, error);
  }
  splitter.rest(sink);
}
