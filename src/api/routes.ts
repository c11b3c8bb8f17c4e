import { z } from "zod";
import type { Operations, ReadModel, ThreadScope } from "../read-model/index.ts";
import { ApiError, notFound } from "./api-error.ts";
import type { ApiLimits } from "./options.ts";
import { pageRequest, queriesWithin } from "./queries.ts";
import {
  changeSchema,
  deadLetterSchema,
  itemSchema,
  listOf,
  observerSchema,
  pageOf,
  quarantinedSchema,
  threadSchema,
  turnSchema,
} from "./schemas.ts";
import { changeJson, itemJson, pageJson, threadJson, turnJson } from "./shapes.ts";

/** What a request asks of whom. */
export interface Asked<Query> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  readonly scope: ThreadScope;
}

/** One route: all that is needed to answer it, and to describe it. */
export interface Route {
  /** With `:name` for parameters. */
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  readonly answer: z.ZodType;
  readonly handle: (asked: Asked<never>) => Promise<object>;
}

function route<Query extends z.ZodObject>(
  path: string,
  summary: string,
  query: Query,
  answer: z.ZodType,
  handle: (asked: Asked<z.output<Query>>) => Promise<object>,
): Route {
  return { path, summary, query, answer, handle };
}

type Queries = ReturnType<typeof queriesWithin>;

/** The routes that answer JSON. */
export function routesOf(readModel: ReadModel, operations: Operations | null, limits: ApiLimits): readonly Route[] {
  const queries = queriesWithin(limits);
  return [
    ...threadRoutes(readModel, queries),
    ...turnRoutes(readModel, queries),
    ...itemRoutes(readModel, queries),
    ...operationRoutes(readModel, operations, queries),
  ];
}

function threadRoutes(readModel: ReadModel, queries: Queries): Route[] {
  return [
    route("/v1/threads", "Threads, newest first", queries.threads, pageOf(threadSchema), async ({ query, scope }) => {
      const found = await readModel.threads({
        ...pageRequest(query),
        scope,
        sortBy: query.sortBy,
        cwds: query.cwd,
        sourceKinds: query.sourceKind,
        modelProviders: query.modelProvider,
        statuses: query.status,
        from: query.from ?? null,
        to: query.to ?? null,
        parentThreadId: query.parentThreadId ?? null,
        search: query.search ?? null,
        previewContains: query.previewContains ?? null,
        excludedThreadIds: [],
      });
      return pageJson(found, threadJson);
    }),
    route("/v1/threads/:threadId", "A thread", queries.none, threadSchema, async ({ params, scope }) => {
      const { threadId = "" } = params;
      const thread = await readModel.thread(threadId, scope);
      if (thread === null) throw notFound(`thread ${threadId}`);
      return threadJson(thread);
    }),
    route(
      "/v1/search",
      "Messages that hold all the words, newest first",
      queries.search,
      listOf(z.strictObject({ thread: threadSchema, item: itemSchema })),
      async ({ query, scope }) => {
        const hits = await readModel.search(query.q, scope, query.limit);
        return { data: hits.map(({ thread, item }) => ({ thread: threadJson(thread), item: itemJson(item) })) };
      },
    ),
  ];
}

function turnRoutes(readModel: ReadModel, queries: Queries): Route[] {
  return [
    route(
      "/v1/threads/:threadId/turns",
      "Its turns, in order; of a fork, those of its base first",
      queries.turns,
      pageOf(turnSchema),
      async (asked) => {
        const { query, scope } = asked;
        const { itemsView } = query;
        const found = await readModel.turns(await threadOf(readModel, asked), {
          ...pageRequest(query),
          itemsView,
          scope,
        });
        return pageJson(found, turnJson);
      },
    ),
    route("/v1/threads/:threadId/turns/:turnId", "A turn", queries.turn, turnSchema, async (asked) => {
      const { params, query, scope } = asked;
      const { turnId = "" } = params;
      const { itemsView } = query;
      const found = await readModel.turn(await threadOf(readModel, asked), turnId, { itemsView, scope });
      if (found === null) throw notFound(`turn ${turnId}`);
      return turnJson(found);
    }),
  ];
}

function itemRoutes(readModel: ReadModel, queries: Queries): Route[] {
  return [
    route(
      "/v1/threads/:threadId/items",
      "Its items, in the order in which they appeared",
      queries.items,
      pageOf(itemSchema),
      async (asked) => {
        const { query, scope } = asked;
        const { turnId = null } = query;
        const found = await readModel.items(await threadOf(readModel, asked), { ...pageRequest(query), turnId, scope });
        return pageJson(found, itemJson);
      },
    ),
    route(
      "/v1/threads/:threadId/changes",
      "What changed after a place, in the order of the last change of each: to catch up",
      queries.changes,
      z.strictObject({ data: z.array(changeSchema), next: z.string() }),
      async (asked) => {
        const { query, scope } = asked;
        const threadId = await threadOf(readModel, asked);
        // Asked before: what comes in between is found the next time.
        const end = query.after ?? (await readModel.feedEnd());
        const data = await readModel.changes({ after: query.after ?? null, limit: query.limit, threadId, scope });
        return { data: data.map(changeJson), next: data.at(-1)?.position ?? end };
      },
    ),
  ];
}

function operationRoutes(readModel: ReadModel, operations: Operations | null, queries: Queries): Route[] {
  return [
    route(
      "/v1/operations/observers",
      "Where each observer is on each partition",
      queries.none,
      listOf(observerSchema),
      async ({ scope }) => ({ data: await operated(operations, scope).observers() }),
    ),
    route(
      "/v1/operations/quarantined",
      "Threads that an observer stopped at, and why",
      queries.none,
      listOf(quarantinedSchema),
      async ({ scope }) => ({ data: await operated(operations, scope).quarantined() }),
    ),
    route(
      "/v1/operations/dead-letters",
      "Records that could not be taken, newest first",
      queries.newest,
      pageOf(deadLetterSchema),
      async ({ query, scope }) => {
        demandAll(scope);
        const found = await readModel.deadLetters(pageRequest({ ...query, direction: "descending" }));
        return pageJson(found, (letter) => letter);
      },
    ),
  ];
}

/** @throws ApiError 404 for a thread that is not there, and for one that the token may not see, alike */
async function threadOf(readModel: ReadModel, { params, scope }: Asked<unknown>): Promise<string> {
  const { threadId = "" } = params;
  if ((await readModel.thread(threadId, scope)) === null) throw notFound(`thread ${threadId}`);
  return threadId;
}

/** @throws ApiError */
function operated(operations: Operations | null, scope: ThreadScope): Operations {
  demandAll(scope);
  if (operations !== null) return operations;
  throw new ApiError(
    404,
    "not-known",
    "what observers do is not known here: `serve` asks Kafka if kafka.brokers is set",
  );
}

/** Offsets and reasons tell of all threads. @throws ApiError */
function demandAll({ cwds, sourceKinds }: ThreadScope): void {
  if (cwds.length === 0 && sourceKinds.length === 0) return;
  throw new ApiError(403, "forbidden", "this token sees some threads only; operations are of all");
}
