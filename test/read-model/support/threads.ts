import { JsonText } from "../../../src/json/index.ts";
import {
  type ItemRow,
  rowVersion,
  type ThreadOrigin,
  type ThreadQuery,
  type ThreadRow,
} from "../../../src/read-model/index.ts";

export const EVERYTHING: ThreadQuery = {
  cursor: null,
  limit: 100,
  direction: "descending",
  scope: { cwds: [], sourceKinds: [] },
  sortBy: "updatedAt",
  cwds: [],
  sourceKinds: [],
  modelProviders: [],
  statuses: [],
  from: null,
  to: null,
  parentThreadId: null,
  search: null,
  previewContains: null,
  excludedThreadIds: [],
};

type Changes = Partial<Omit<ThreadRow, "started">> & { readonly started?: Partial<ThreadOrigin> | null };

/** A thread as tests need it: what is not said is plain. */
export function thread(threadId: string, { started = {}, ...rest }: Changes = {}): ThreadRow {
  const origin: ThreadOrigin = {
    version: rowVersion(0, 0, 0),
    rolloutId: threadId,
    cwd: "/w",
    source: new JsonText('"cli"'),
    sourceKind: "cli",
    originator: "o",
    cliVersion: "0.169.0",
    modelProvider: "mock",
    historyMode: "paginated",
    forkedFromId: null,
    parentThreadId: null,
    agentNickname: null,
    agentRole: null,
    git: null,
  };
  return {
    threadId,
    started: started === null ? null : { ...origin, ...started },
    createdAtMs: 0,
    updatedAtMs: 0,
    status: "completed",
    preview: "",
    ...rest,
  };
}

/** A user message. */
export function message(threadId: string, itemKey: string, text: string, changes: Partial<ItemRow> = {}): ItemRow {
  const version = rowVersion(0, Number(/\d+$/.exec(itemKey)?.[0] ?? 0), 0);
  return {
    threadId,
    turnId: "turn",
    itemKey,
    first: { rolloutId: threadId, position: 0, offset: 0, ordinal: 1 },
    version,
    removedBy: null,
    content: {
      version,
      itemOrdinal: Number(/\d+$/.exec(itemKey)?.[0] ?? 0),
      itemType: "userMessage",
      isOpen: false,
      item: new JsonText(`{"type":"userMessage","id":${JSON.stringify(itemKey)}}`),
      text,
      phase: null,
    },
    ...changes,
  };
}
