import type { DatabaseSync } from "node:sqlite";
import { RowBatch } from "../../src/read-model/index.ts";
import {
  agentMessage,
  itemUpsert,
  lifecycleEvent,
  threadStarted,
  turnUpsert,
  userMessage,
} from "../../src/testing/index.ts";
import { writeRows } from "../../test/read-model/support/seeded.ts";

const ITEMS_OF_A_TURN = 100;
const MARKDOWN =
  'The **tests** pass, and the change is in `src/third.ts`:\n\n- it reads the file once\n- it writes it once\n\n```ts\nconst lines = text.split("\\n");\n```\n';
const OUTPUT = Array.from({ length: 200 }, (_, n) => `ok ${n} - a test of the suite that passes`).join("\n");

/** A thread of turns of a question, messages, commands with long outputs, and changed files. */
export function writeLongThread(database: DatabaseSync, threadId: string, items: number): void {
  let offset = 0;
  const first = new RowBatch();
  first.add(lifecycleEvent(threadStarted({ rolloutId: threadId }), { threadId }), offset++);
  writeRows(database, first);
  for (let from = 0, ordinal = 1; from < items; from += ITEMS_OF_A_TURN, ordinal++) {
    const batch = new RowBatch();
    const turnId = `turn-${ordinal}`;
    const at = () => ({ threadId, turnId, sourcePosition: offset });
    batch.add(turnUpsert({ ...at(), turnOrdinal: ordinal, status: "completed" }), offset++);
    for (let n = from; n < Math.min(items, from + ITEMS_OF_A_TURN); n++) {
      const itemKey = `item-${n}`;
      batch.add(itemUpsert({ ...at(), itemKey, itemOrdinal: n + 1, item: itemOf(itemKey, n) }), offset++);
    }
    writeRows(database, batch);
  }
}

function itemOf(id: string, n: number): object {
  if (n % ITEMS_OF_A_TURN === 0) return userMessage(id, `Question ${n}: why is the build slow?`);
  switch (n % 4) {
    case 0:
      return { type: "reasoning", id, summary: [`**Looking at ${n}**\n\n${MARKDOWN}`], content: [] };
    case 1:
      return {
        ...{ type: "commandExecution", id, command: "/bin/bash -lc 'npm test'", cwd: "/project", status: "completed" },
        ...{ aggregatedOutput: OUTPUT, exitCode: 0, durationMs: 1_234, commandActions: [] },
      };
    case 2: {
      const diff = `@@ -1,3 +1,3 @@\n const a = 1;\n-const b = ${n};\n+const b = ${n + 1};\n const c = 3;\n`;
      const changes = [{ path: `/project/src/file-${n}.ts`, kind: { type: "update", move_path: null }, diff }];
      return { type: "fileChange", id, changes, status: "completed" };
    }
    default:
      return agentMessage(id, `${MARKDOWN}\nMessage ${n}.`);
  }
}
