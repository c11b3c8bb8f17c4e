import { randomUUID } from "node:crypto";
import type { RolloutFile, RolloutGroup } from "./rollout-file.ts";

/** A line of an edited rollout, and which line of the original it is. */
export type Line = { index: number; text: string };

const UUID = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;
const HISTORY_BASE = /"history_base":\{"thread_id":"([^"]*)","end_ordinal_exclusive":(\d+),"end_byte_offset":(\d+)\}/;

export function linesOf({ text }: RolloutFile): Line[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line, index) => ({ index, text: line }));
}

/** The group with other lines in one file; the byte offsets at which others go on from it move along. */
export function withLines(group: RolloutGroup, position: number, lines: readonly Line[]): RolloutGroup {
  const edited = group[position];
  if (edited === undefined) return group;
  return group.map((file, index) => {
    if (index === position) return { ...file, text: joined(lines) };
    return {
      ...file,
      text: file.text.replace(HISTORY_BASE, (base, rolloutId: string, end: string, offset: string) => {
        if (rolloutId !== rolloutIdOf(edited)) return base;
        const cut = lineAt(edited.text, Number(offset));
        return historyBase(rolloutId, end, Buffer.byteLength(joined(lines.filter((line) => line.index < cut))));
      }),
    };
  });
}

/** The same rollouts under other ids, so that many variants of a group can be asked at once. */
export function renamed(group: RolloutGroup): RolloutGroup {
  const ids = new Set(group.flatMap(({ name }) => name.match(UUID) ?? []));
  const changes = [...ids].map((id) => [id, randomUUID()] as const);
  const rename = (text: string): string => changes.reduce((changed, [from, to]) => changed.replaceAll(from, to), text);
  return group.map(
    (file): RolloutFile => ({
      ...file,
      name: rename(file.name),
      threadId: rename(file.threadId),
      text: rename(file.text),
    }),
  );
}

function historyBase(rolloutId: string, end: string, offset: number): string {
  return `"history_base":{"thread_id":"${rolloutId}","end_ordinal_exclusive":${end},"end_byte_offset":${offset}}`;
}

function rolloutIdOf({ name }: RolloutFile): string {
  return name.match(UUID)?.at(-1) ?? "";
}

/** How many lines stand before a byte offset. */
function lineAt(text: string, offset: number): number {
  return Buffer.from(text).subarray(0, offset).toString().split("\n").length - 1;
}

function joined(lines: readonly Line[]): string {
  return lines.map(({ text }) => `${text}\n`).join("");
}
