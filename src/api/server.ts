import type { IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from "fastify";
import packageJson from "../../package.json" with { type: "json" };
import { stringify } from "../json/index.ts";
import { COOKIE, demandOwnOrigin, isLoopback, scopeOf } from "./access.ts";
import { ApiError, badRequest, notFound } from "./api-error.ts";
import { answerError, type ErrorAnswer, malformed } from "./error-answer.ts";
import { streamChanges } from "./event-stream.ts";
import { EVENT_ROUTES, openApiOf } from "./openapi.ts";
import type { ApiOptions } from "./options.ts";
import { queriesWithin } from "./queries.ts";
import { type Route, routesOf } from "./routes.ts";
import { tokenOf } from "./tokens.ts";
import { AppServerSockets } from "./web-socket.ts";

/** An API that takes requests. */
export interface RunningApi {
  readonly url: string;
  /** Ends streams, lets requests finish. */
  close(): Promise<void>;
}

const JSON_TYPE = "application/json; charset=utf-8";
const APP_SERVER_PATH = "/v1/app-server";
/** A year, in seconds: until it is signed out. */
const COOKIE_AGE_S = 31_536_000;
/** How long a browser remembers that another page may read, in seconds. */
const PREFLIGHT_AGE_S = 600;
const LONGEST_URL_PART = 500;

/**
 * Serves the API, and the viewer, at an address.
 *
 * @throws Error of the system when the address cannot be taken
 */
export async function startApi(options: ApiOptions): Promise<RunningApi> {
  const { host, port } = options;
  const api = new Api(options);
  try {
    await api.listen();
  } catch (error) {
    await api.close();
    throw error;
  }
  const { port: taken } = api.address();
  const name = host.includes(":") ? `[${host}]` : isLoopback(host) ? "127.0.0.1" : host;
  return { url: `http://${name}:${taken || port}`, close: () => api.close() };
}

class Api {
  readonly #options: ApiOptions;
  readonly #app: FastifyInstance;
  readonly #sockets: AppServerSockets;
  readonly #stop = new AbortController();
  #streams = 0;

  constructor(options: ApiOptions) {
    const { limits, log } = options;
    this.#options = options;
    this.#app = fastify({
      bodyLimit: limits.requestBytes,
      requestTimeout: limits.requestMs,
      // Of a connection on which nothing moves: an answer that nobody takes. Streams, which are quiet for long, lift it.
      connectionTimeout: limits.requestMs,
      routerOptions: { maxParamLength: LONGEST_URL_PART },
      forceCloseConnections: true,
      frameworkErrors: (error, _request, reply) => void this.#answer(reply, answerError(error, log)),
      clientErrorHandler: (error, socket) => refuse(socket, malformed(error), limits.requestMs),
      http: {
        // Clients that would rather speak HTTP/2 get their answer in HTTP/1.1.
        shouldUpgradeCallback: ({ headers }) => headers.upgrade?.toLowerCase() === "websocket",
      },
    });
    this.#app.server.maxConnections = limits.connections;
    this.#app.server.headersTimeout = limits.requestMs;
    this.#sockets = new AppServerSockets(options);
    this.#app.setErrorHandler((error, _request, reply) => this.#answer(reply, answerError(error, log)));
    this.#app.setNotFoundHandler((request, reply) => this.#other(request, reply));
    this.#app.addHook("onRequest", (request, reply, done) => {
      secure(reply);
      const isAllowed = this.#allowOrigin(request, reply);
      if (isAllowed && request.method === "OPTIONS") void reply.status(204).send();
      else done();
    });
    this.#app.server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
    this.#addRoutes();
  }

  listen(): Promise<string> {
    const { host, port } = this.#options;
    return this.#app.listen({ host, port });
  }

  address(): AddressInfo {
    return this.#app.server.address() as AddressInfo;
  }

  async close(): Promise<void> {
    this.#stop.abort();
    this.#sockets.close();
    await this.#app.close();
  }

  #addRoutes(): void {
    const { readModel, operations, limits, readiness, tokens } = this.#options;
    const routes = routesOf(readModel, operations, limits);
    const queries = queriesWithin(limits);
    for (const route of routes) this.#app.get(route.path, (request, reply) => this.#routed(route, request, reply));
    for (const { path } of EVENT_ROUTES) {
      this.#app.get(path, { exposeHeadRoute: false }, (request, reply) => this.#stream(request, reply));
      // It would never end.
      this.#app.head(path, (request, reply) => {
        throw notAllowed(request, reply, "GET");
      });
    }
    const document = openApiOf(routes, queries.events, packageJson.version);
    this.#app.get("/v1/openapi.json", (_request, reply) => this.#answer(reply, { status: 200, body: document }));
    this.#app.get("/healthz", (_request, reply) => this.#answer(reply, { status: 200, body: { isAlive: true } }));
    this.#app.get("/readyz", (_request, reply) => {
      const reason = readiness();
      return this.#answer(reply, { status: reason === null ? 200 : 503, body: { isReady: reason === null, reason } });
    });
    this.#app.post("/v1/session", (request, reply) => {
      demandOwnOrigin(request.headers, this.#options);
      const { token } = Object(request.body) as { readonly token?: unknown };
      if (typeof token !== "string" || tokenOf(token, tokens) === null)
        throw new ApiError(401, "unauthorized", "this is no token of ours");
      return signed(reply, encodeURIComponent(token), COOKIE_AGE_S);
    });
    this.#app.delete("/v1/session", (request, reply) => {
      demandOwnOrigin(request.headers, this.#options);
      return signed(reply, "", 0);
    });
  }

  async #routed(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const scope = scopeOf(request.headers, this.#options);
    const query = parsedQuery(route, request.query);
    const params = request.params as Record<string, string>;
    return this.#answer(reply, { status: 200, body: await route.handle({ params, query: query as never, scope }) });
  }

  async #stream(request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { readModel, limits, log } = this.#options;
    const scope = scopeOf(request.headers, this.#options);
    const { after } = parsedQuery({ query: queriesWithin(limits).events }, request.query) as { after?: string };
    const { threadId = null } = request.params as { readonly threadId?: string };
    if (threadId !== null && (await readModel.thread(threadId, scope)) === null) throw notFound(`thread ${threadId}`);
    this.#demandRoom();
    const last = request.headers["last-event-id"];
    this.#streams += 1;
    try {
      const place = (typeof last === "string" && last !== "" ? last : after) ?? null;
      const open = (): ServerResponse => {
        for (const [name, value] of Object.entries(reply.getHeaders()))
          if (value !== undefined) reply.raw.setHeader(name, value);
        reply.hijack();
        request.socket.setTimeout(0);
        return reply.raw;
      };
      const onError = (error: unknown) => void answerError(error, log);
      const stop = this.#stop.signal;
      await streamChanges(open, { readModel, threadId, scope, after: place, limits, stop, onError });
    } finally {
      this.#streams -= 1;
    }
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    try {
      const [path = ""] = (request.url ?? "").split("?", 1);
      if (path !== APP_SERVER_PATH) throw notFound(path);
      const scope = scopeOf(request.headers, this.#options);
      demandOwnOrigin(request.headers, this.#options);
      this.#demandRoom();
      this.#sockets.accept(request, socket, head, scope);
    } catch (error) {
      refuse(socket, answerError(error, this.#options.log), this.#options.limits.requestMs);
    }
  }

  #demandRoom(): void {
    if (this.#streams + this.#sockets.count < this.#options.limits.streams) return;
    throw new ApiError(503, "too-many-streams", "as many streams are open as may be (api.streams): try again later");
  }

  /** What is no route: a page of the viewer, or nothing. */
  async #other(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
    const [path = "/"] = request.url.split("?", 1);
    const isRead = request.method === "GET" || request.method === "HEAD";
    if (!isRead) throw notAllowed(request, reply, "GET, HEAD");
    const file = path.startsWith("/v1/") ? null : await this.#options.viewer?.(path);
    if (file === null || file === undefined) throw new ApiError(404, "not-found", `there is no ${path}`);
    return reply.headers(file.headers).type(file.contentType).send(file.body);
  }

  #answer(reply: FastifyReply, { status, body }: { readonly status: number; readonly body: object }): FastifyReply {
    return reply.status(status).header("cache-control", "no-store").type(JSON_TYPE).send(stringify(body));
  }

  /** Whether the request comes from another page that may read. */
  #allowOrigin({ headers }: FastifyRequest, reply: FastifyReply): boolean {
    const { origin } = headers;
    if (origin === undefined || !this.#options.corsOrigins.includes(origin)) return false;
    void reply.header("access-control-allow-origin", origin).header("vary", "Origin");
    void reply.header("access-control-allow-headers", "authorization, last-event-id");
    void reply.header("access-control-allow-methods", "GET, HEAD").header("access-control-max-age", PREFLIGHT_AGE_S);
    return true;
  }
}

function notAllowed({ method, url }: FastifyRequest, reply: FastifyReply, allowed: string): ApiError {
  void reply.header("allow", allowed);
  const [path] = url.split("?", 1);
  return new ApiError(405, "method-not-allowed", `${method} is not for ${path}`);
}

/** @throws ApiError 400 that names every mistake */
function parsedQuery({ query }: Pick<Route, "query">, given: unknown): unknown {
  const parsed = query.safeParse(given);
  if (parsed.success) return parsed.data;
  throw badRequest(parsed.error.issues.map(({ path, message }) => [...path, message].join(": ")).join("; "));
}

function secure(reply: FastifyReply): void {
  void reply
    .header("x-content-type-options", "nosniff")
    .header("referrer-policy", "no-referrer")
    .header("cross-origin-resource-policy", "same-origin")
    .header("x-frame-options", "DENY");
}

/** Answers without the HTTP library, and is done with the connection, whether or not the client ends it. */
function refuse(socket: Duplex, { status, body }: ErrorAnswer, requestMs: number): void {
  const text = stringify(body);
  const head = `HTTP/1.1 ${status} Refused\r\ncontent-type: ${JSON_TYPE}\r\ncontent-length: ${Buffer.byteLength(text)}`;
  const overdue = setTimeout(() => socket.destroy(), requestMs).unref();
  socket.once("close", () => clearTimeout(overdue));
  socket.once("finish", () => socket.destroy());
  socket.end(`${head}\r\nconnection: close\r\n\r\n${text}`);
}

function signed(reply: FastifyReply, value: string, ageSeconds: number): FastifyReply {
  const cookie = `${COOKIE}=${value}; HttpOnly; SameSite=Strict; Path=/; Max-Age=${ageSeconds}`;
  return reply.status(204).header("set-cookie", cookie).send();
}
