import type { Flush, ThreadDelta } from "../worker/index.ts";
import { headFields } from "./head.ts";
import type { CheckpointKeys } from "./keys.ts";

/** What one script may be given: while it runs all other clients of the server wait. */
export interface ScriptLimits {
  readonly threads: number;
  /** Bytes written. One thread is never divided, so it may be larger. */
  readonly bytes: number;
  /** Fields read. One thread is never divided, so it may have more. */
  readonly fields: number;
}

export const DEFAULT_SCRIPT_LIMITS: ScriptLimits = { threads: 200, bytes: 1024 * 1024, fields: 20_000 };

/** One run of `lua/write.lua`, without what fences it. */
export interface Chunk {
  readonly keys: readonly string[];
  readonly args: readonly string[];
}

/** Before the names of a thread's own fields: `r` is the revision. */
const FIELD = ".";

/** A flush, or a reset: chunks to be written in this order. */
export interface Write {
  readonly generation: number;
  /** Whether it begins with nothing stored. */
  readonly begins: boolean;
  readonly chunks: readonly Chunk[];
}

/** Divides a flush into scripts. The first raises `highest`, the last brings the head. */
export function writeOf(flush: Flush, begins: boolean, keys: CheckpointKeys, limits: ScriptLimits): Write {
  const { deltas, head } = flush;
  const { generation, highest } = head;
  if (new Set(deltas.map(({ threadId }) => threadId)).size !== deltas.length)
    throw new Error("a flush has two deltas of one thread: they must be one");
  const groups = grouped(deltas, limits);
  const chunks = groups.map((group, index) => {
    const last = index === groups.length - 1 ? headFields(head) : [];
    return {
      keys: [keys.threads(generation), ...group.map(({ threadId }) => keys.thread(generation, threadId))],
      args: [
        ...[String(generation), begins && index === 0 ? "1" : "0", String(highest), String(last.length)],
        ...last,
        ...group.flatMap(deltaArgs),
      ],
    };
  });
  return { generation, begins, chunks };
}

/** Bytes of fields and values that a flush writes. */
export function bytesOf({ deltas }: Flush): number {
  return deltas.reduce((sum, delta) => sum + deltaBytes(delta), 0);
}

/** A thread's fields out of the names and values of its hash. */
export function readThread(hash: readonly string[]): {
  readonly revision: string;
  readonly fields: Map<string, string>;
} {
  const fields = new Map<string, string>();
  let revision = "";
  for (let at = 0; at + 1 < hash.length; at += 2) {
    const name = hash[at] ?? "";
    const value = hash[at + 1] ?? "";
    if (name === "r") revision = value;
    else fields.set(name.slice(FIELD.length), value);
  }
  return { revision, fields };
}

/** At least one group, also of a flush without threads: the head has to be written. */
function grouped(deltas: readonly ThreadDelta[], limits: ScriptLimits): ThreadDelta[][] {
  let group: ThreadDelta[] = [];
  let room = limits.bytes;
  const groups = [group];
  for (const delta of deltas) {
    const bytes = deltaBytes(delta);
    if (group.length === limits.threads || (group.length > 0 && bytes > room)) {
      group = [];
      groups.push(group);
      room = limits.bytes;
    }
    group.push(delta);
    room -= bytes;
  }
  return groups;
}

function deltaArgs({ threadId, revision, replaces, set, removed }: ThreadDelta): string[] {
  const args = [threadId, String(revision), String(revision + 1), replaces ? "1" : "0"];
  args.push(String(2 * set.size), String(removed.length));
  for (const [name, value] of set) args.push(FIELD + name, value);
  for (const name of removed) args.push(FIELD + name);
  return args;
}

function deltaBytes({ set }: ThreadDelta): number {
  let bytes = 0;
  for (const [name, value] of set) bytes += Buffer.byteLength(name) + Buffer.byteLength(value);
  return bytes;
}
