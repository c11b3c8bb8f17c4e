import { z } from "zod";
import type { Route } from "./routes.ts";
import { components, errorSchema } from "./schemas.ts";

type JsonObject = Readonly<Record<string, unknown>>;

/** The routes that answer event streams. */
export const EVENT_ROUTES = [
  { path: "/v1/events", summary: "Changes of all threads as they come, as server-sent events" },
  { path: "/v1/threads/:threadId/events", summary: "Changes of a thread as they come, as server-sent events" },
] as const;

/** The OpenAPI 3.1 document of the routes. */
export function openApiOf(routes: readonly Route[], events: z.ZodObject, version: string): JsonObject {
  const paths: Record<string, JsonObject> = {};
  for (const { path, summary, query, answer } of routes)
    paths[templateOf(path)] = operation(path, summary, query, { "application/json": { schema: schemaOf(answer) } });
  for (const { path, summary } of EVENT_ROUTES)
    paths[templateOf(path)] = operation(path, summary, events, {
      "text/event-stream": {
        schema: {
          type: "string",
          description: "Each event: its name the type of the change, its id the position, its data a Change as JSON.",
        },
      },
    });
  return {
    openapi: "3.1.0",
    info: { title: "thread-history", version, description: "Threads, turns and items of coding agents, for reading." },
    paths,
    components: {
      schemas: z.toJSONSchema(components, { uri: (id) => `#/components/schemas/${id}` }).schemas,
      securitySchemes: { token: { type: "http", scheme: "bearer" } },
    },
    security: [{}, { token: [] }],
  };
}

function operation(path: string, summary: string, query: z.ZodObject, content: JsonObject): JsonObject {
  return {
    get: {
      operationId: operationId(path),
      summary,
      parameters: [...pathParameters(path), ...queryParameters(query)],
      responses: {
        200: { description: "OK", content },
        default: {
          description: "What is wrong, and what to do",
          content: { "application/json": { schema: schemaOf(errorSchema) } },
        },
      },
    },
  };
}

/** `/v1/threads/{threadId}` */
function templateOf(path: string): string {
  return path.replaceAll(/:(\w+)/g, "{$1}");
}

/** `threads_threadId_turns` */
function operationId(path: string): string {
  return path.replace("/v1/", "").replaceAll(/\W+/g, "_");
}

function pathParameters(path: string): JsonObject[] {
  return [...path.matchAll(/:(\w+)/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodObject): JsonObject[] {
  return Object.entries(query.shape).map(([name, schema]) => {
    const { description, ...rest } = z.toJSONSchema(schema as z.ZodType, { io: "input" }) as JsonObject;
    const { $schema: _dialect, ...type } = rest;
    const isRequired = !(schema as z.ZodType).safeParse(undefined).success;
    return {
      name,
      in: "query",
      required: isRequired,
      schema: type,
      ...(description === undefined ? {} : { description }),
    };
  });
}

/** A schema that refers to components by their names. */
function schemaOf(schema: z.ZodType): JsonObject {
  const id = components.get(schema)?.id;
  if (id !== undefined) return { $ref: `#/components/schemas/${id}` };
  const {
    $schema: _dialect,
    $defs: _definitions,
    ...type
  } = z.toJSONSchema(schema, {
    metadata: components,
    reused: "inline",
  }) as JsonObject;
  return referring(type) as JsonObject;
}

/** What zod puts into local definitions stands among the components under the same name. */
function referring(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) =>
      key === "$ref" && typeof member === "string"
        ? [key, member.replace("#/$defs/", "#/components/schemas/")]
        : [key, referring(member)],
    ),
  );
}
