import type { ThreadQuery } from "../../read-model/index.ts";
import { shortened, type ThreadListParams } from "./params.ts";
import { pageFrom, pageSize, type Reading } from "./reading.ts";
import { invalidParams, invalidRequest } from "./rpc-error.ts";
import { excludedIdOf, filterIdOf } from "./thread-id.ts";
import { folderOf, listedThread } from "./thread-shape.ts";

/** Codex's own limit. */
const MAX_EXCLUDED = 100;

/** Each is a value of the query: far more than anybody has providers, or folders to ask for at once. */
const MAX_FILTER_VALUES = 1_000;

const NO_THREADS = { data: [], readStates: null, nextCursor: null, backwardsCursor: null };

/** `thread/list`. Read states are Codex's own and not in any rollout: null says so. */
export async function listThreads(reading: Reading, params: ThreadListParams): Promise<object> {
  const filters = filtersOf(params);
  if (filters === "none") return NO_THREADS;
  const query: ThreadQuery = {
    scope: reading.scope,
    cursor: params.cursor,
    limit: pageSize(params.limit),
    direction: params.sortDirection === "asc" ? "ascending" : "descending",
    ...filters,
  };
  const page = await pageFrom(params.cursor, reading.readModel.threads(query));
  return {
    data: page.data.map(listedThread),
    readStates: null,
    nextCursor: page.nextCursor,
    backwardsCursor: page.backwardsCursor,
  };
}

type Filters = Omit<ThreadQuery, "scope" | "cursor" | "limit" | "direction">;

/** What the request asks for; `none` where no thread here can be what it asks for. @throws RpcError */
function filtersOf(params: ThreadListParams): Filters | "none" {
  const { parentThreadId: parent, ancestorThreadId: ancestor, attachedToThreadId: attached, searchTerm } = params;
  if (params.includeAttachedThreads && (searchTerm ?? "") === "")
    throw invalidRequest("includeAttachedThreads requires a non-empty searchTerm");
  if (params.originators !== null && params.originators.length > 0)
    throw invalidParams("originator filtering is not supported by the local app-server");
  const excludedThreadIds = excludedOf(params);
  if (attached !== null && (parent !== null || ancestor !== null))
    throw invalidRequest("attachedToThreadId cannot be combined with parentThreadId or ancestorThreadId");
  if (parent !== null && ancestor !== null)
    throw invalidRequest("parentThreadId and ancestorThreadId are mutually exclusive");
  if (params.sortKey === "section_position" && params.sectionId === undefined)
    throw invalidRequest("section-position sorting requires a section filter");
  if (typeof params.projectId === "string") throw invalidParams(`project not found: ${shortened(params.projectId)}`);
  const parentThreadId = parent === null ? null : filterIdOf(parent, "parent thread");
  const ancestorThreadId = ancestor === null ? null : filterIdOf(ancestor, "ancestor thread");
  if (attached !== null) filterIdOf(attached, "attached thread parent");
  const sourceKinds = sourceKindsOf(params.sourceKinds, parentThreadId !== null || ancestorThreadId !== null);
  const hasNone =
    attached !== null ||
    params.archived === true ||
    typeof params.sectionId === "string" ||
    isEmptyList(params.cwd) ||
    isEmptyList(sourceKinds);
  if (hasNone) return "none";
  return {
    sortBy: sortByOf(params.sortKey),
    cwds: cwdsOf(params.cwd),
    sourceKinds,
    modelProviders: filterValues("modelProviders", params.modelProviders ?? []),
    statuses: [],
    from: null,
    to: null,
    parentThreadId,
    ancestorThreadId,
    search: null,
    previewContains: searchTerm === "" ? null : searchTerm,
    excludedThreadIds,
    isPreviewed: true,
  };
}

function excludedOf({ excludedThreadIds }: ThreadListParams): readonly string[] {
  if (excludedThreadIds === null) return [];
  if (excludedThreadIds.length > MAX_EXCLUDED)
    throw invalidParams(`excludedThreadIds accepts at most ${MAX_EXCLUDED} entries`);
  return excludedThreadIds.map(excludedIdOf);
}

/** @throws RpcError when they are more than a query takes */
function filterValues(name: string, values: readonly string[]): readonly string[] {
  const distinct = [...new Set(values)];
  if (distinct.length > MAX_FILTER_VALUES) throw invalidParams(`${name} accepts at most ${MAX_FILTER_VALUES} entries`);
  return distinct;
}

function sortByOf(key: ThreadListParams["sortKey"]): ThreadQuery["sortBy"] {
  return key === "updated_at" || key === "recency_at" ? "updatedAt" : "createdAt";
}

function isEmptyList(list: string | readonly string[] | null): boolean {
  return Array.isArray(list) && list.length === 0;
}

/** Folders as they may be spelled in a rollout: as they are asked for, and as Codex would write them. */
function cwdsOf(cwd: ThreadListParams["cwd"]): readonly string[] {
  if (cwd === null) return [];
  const asked = typeof cwd === "string" ? [cwd] : filterValues("cwd", cwd);
  return [...new Set(asked.flatMap((path) => [path, folderOf(path)]))];
}

const INTERACTIVE = ["cli", "vscode"];

const SUB_AGENTS = ["subAgentReview", "subAgentCompact", "subAgentThreadSpawn", "subAgentOther"];

/** The family of a thread are those that it spawned: not its reviews. */
const FAMILY = ["subAgentThreadSpawn"];

/** Without kinds only threads that people talk in, unless a family is asked for. */
function sourceKindsOf(kinds: ThreadListParams["sourceKinds"], isOfFamily: boolean): readonly string[] {
  if (kinds === null || kinds.length === 0) return isOfFamily ? FAMILY : INTERACTIVE;
  const wanted = [...new Set(kinds.flatMap((kind) => (kind === "subAgent" ? SUB_AGENTS : [kind])))];
  return isOfFamily ? wanted.filter((kind) => FAMILY.includes(kind)) : wanted;
}
