import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type WebSocket, WebSocketServer } from "ws";
import type { ThreadScope } from "../read-model/index.ts";
import type { Log } from "../telemetry/index.ts";
import { AppServerSession } from "./app-server/index.ts";
import type { ApiOptions } from "./options.ts";

/** Messages of a connection that may wait for their answers; then no more are read from it. */
const MOST_WAITING = 32;

/** How long a client may take to say goodbye when the server ends. */
const CLOSE_MS = 1_000;

/** Connections of Codex's app-server protocol. */
export class AppServerSockets {
  readonly #server: WebSocketServer;
  readonly #options: Pick<ApiOptions, "readModel" | "limits">;
  readonly #log: Log;
  readonly #beat: NodeJS.Timeout;
  readonly #quiet = new WeakSet<WebSocket>();

  constructor(options: Pick<ApiOptions, "readModel" | "limits" | "log">) {
    this.#options = options;
    this.#log = options.log;
    this.#server = new WebSocketServer({ noServer: true, maxPayload: options.limits.messageBytes });
    this.#beat = setInterval(() => this.#askWhoLives(), options.limits.heartbeatMs);
  }

  get count(): number {
    return this.#server.clients.size;
  }

  accept(request: IncomingMessage, socket: Duplex, head: Buffer, scope: ThreadScope): void {
    this.#server.handleUpgrade(request, socket, head, (connection) => this.#serve(connection, scope));
  }

  close(): void {
    clearInterval(this.#beat);
    for (const connection of this.#server.clients) connection.close(1001, "the server ends");
    const { clients } = this.#server;
    setTimeout(() => {
      for (const connection of clients) connection.terminate();
    }, CLOSE_MS).unref();
    this.#server.close();
  }

  #serve(connection: WebSocket, scope: ThreadScope): void {
    const session = new AppServerSession(this.#options.readModel, scope, {
      onError: (error) => this.#log.error({ err: error }, "a request of the app-server protocol failed"),
    });
    let waiting = 0;
    let last: Promise<void> = Promise.resolve();
    connection.on("error", (error) => this.#log.debug({ err: error }, "a connection broke"));
    // A pong may wait behind messages that are not read yet, or the client be busy with what it was sent: both are signs of life.
    const isAlive = () => this.#quiet.delete(connection);
    connection.on("pong", isAlive);
    connection.on("message", (data, isBinary) => {
      isAlive();
      if (isBinary) {
        connection.close(1003, "messages are text");
        return;
      }
      waiting += 1;
      if (waiting >= MOST_WAITING) connection.pause();
      // One after the other, and the next once the last answer is on its way: a slow reader holds up itself alone.
      last = last.then(async () => {
        const answer = await session.handle(String(data));
        if (answer !== null && connection.readyState === connection.OPEN) await sent(connection, answer);
        isAlive();
        waiting -= 1;
        if (connection.isPaused) connection.resume();
      });
    });
  }

  /** Who did not answer since the last time is gone. */
  #askWhoLives(): void {
    for (const connection of this.#server.clients) {
      if (this.#quiet.has(connection)) {
        connection.terminate();
        continue;
      }
      this.#quiet.add(connection);
      connection.ping();
    }
  }
}

/** A connection that breaks is told by its own events. */
function sent(connection: WebSocket, text: string): Promise<void> {
  return new Promise((resolve) => connection.send(text, () => resolve()));
}
