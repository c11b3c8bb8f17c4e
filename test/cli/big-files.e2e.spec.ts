import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { folderWith, rolloutName, session, shell } from "../support/cli.ts";

const CORPUS = join(import.meta.dirname, "../corpus");
/** A file of this size is scanned by a second thread (`SCANNED_AHEAD_BYTES`); standard input never is. */
const BYTES = 20e6;

function corpus(): Buffer {
  const rollouts = readdirSync(CORPUS, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return Buffer.concat(rollouts.map(({ name }) => readFileSync(join(CORPUS, name, "rollout.jsonl"))));
}

/** What is longer than a chunk, or than its tables, or cannot be scanned ahead. */
const ODD_LINES = [
  "{}\n".repeat(20_000),
  "\n".repeat(20_000),
  `{"timestamp":"t","type":"event_msg","payload":{"type":"agent_message","message":"${"x".repeat(2 ** 20)}"}}\n`,
  `{"timestamp":"t","type":"event_msg","payload":{"type":"agent_message","message":"${"y".repeat(2 ** 17)}"}}\n`,
  `{"timestamp":"t","type":"event_msg","payload":{"type":"mcp_startup_update","list":[${"0,".repeat(30_000)}0]}}\n`.repeat(
    20,
  ),
  '{"timestamp":"t","ordinal":4294967296,"type":"world_state","payload":{}}\r\n',
  '{"timestamp":"t","ordinal":-1,"type":"world_state","payload":{}}\n',
].map((text) => Buffer.from(text));
const NOT_UTF8 = Buffer.from([0x22, 0xff, 0x22, 0x0a]);

function bigRollout(mode: "legacy" | "paginated"): Buffer {
  const lines = corpus();
  const first = Buffer.from(`${session(undefined, { history_mode: mode })}\n`);
  const parts: Buffer[] = [first];
  for (let bytes = 0; bytes < BYTES; bytes += lines.length) parts.push(lines);
  parts.splice(2, 0, ...ODD_LINES, NOT_UTF8);
  return Buffer.concat([...parts, Buffer.from('{"timestamp":"torn')]);
}

it.each(["legacy", "paginated"] as const)("a big %s rollout gives the same as a stream of it", async (mode) => {
  const folder = folderWith({ [rolloutName()]: bigRollout(mode) });

  const run = await shell(
    `
    "$CLI" project --emit mutations --out file --rejects file-rejects ${rolloutName()} 2> file-stderr
    "$CLI" project --emit mutations --out stream --rejects stream-rejects - < ${rolloutName()} 2> stream-stderr
    sed -i 's/"file":"[^"]*"//' *-rejects; sed -i 's/standard input/${rolloutName()}/; s/stream-rejects/file-rejects/' *-stderr
    wc -l < file/thread-items.jsonl
    diff -rq file stream && cmp file-rejects stream-rejects && diff file-stderr stream-stderr`,
    folder,
  );

  expect(run).toMatchObject({ code: 0, stderr: "" });
  expect(Number(run.stdout)).toBeGreaterThan(100);
});
