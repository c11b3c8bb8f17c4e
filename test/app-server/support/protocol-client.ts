import { once } from "node:events";
import { WebSocket } from "ws";
import type { InitializeParams, Method, Methods } from "./protocol.ts";

export interface RpcRefusal {
  readonly code: number;
  readonly message: string;
}

/** What came back for a request: the message as it was sent, and its result or its error. */
export type Answer<Result> =
  | { readonly text: string; readonly result: Result }
  | { readonly text: string; readonly error: RpcRefusal };

interface Waiting {
  readonly resolve: (answer: Answer<unknown>) => void;
  readonly reject: (error: Error) => void;
}

const INITIALIZE: InitializeParams = {
  clientInfo: { name: "app-server-test", title: null, version: "0.0.0" },
  capabilities: { experimentalApi: true, requestAttestation: false },
};

/** A client of Codex's app-server protocol. It knows nothing of who serves it. */
export class ProtocolClient {
  readonly #socket: WebSocket;
  readonly #waiting = new Map<number, Waiting>();
  /** Answers that nothing was waiting for. Notifications are not among them. */
  readonly unasked: string[] = [];
  #nextId = 1;

  private constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on("message", (data: Buffer) => this.#receive(data.toString()));
    socket.on("close", () => {
      for (const { reject } of this.#waiting.values()) reject(new Error("the server closed the connection"));
      this.#waiting.clear();
    });
  }

  /** A connection on which nothing was said yet. */
  static async connect(url: string): Promise<ProtocolClient> {
    const socket = new WebSocket(url);
    await once(socket, "open");
    return new ProtocolClient(socket);
  }

  /** A connection that was initialized. */
  static async open(url: string, params: InitializeParams = INITIALIZE): Promise<ProtocolClient> {
    const client = await ProtocolClient.connect(url);
    await client.request("initialize", params);
    client.send(JSON.stringify({ method: "initialized" }));
    return client;
  }

  /** The result of a request. @throws when it is refused */
  async request<M extends Method>(method: M, params: Methods[M]["params"]): Promise<Methods[M]["result"]> {
    const answer = await this.ask<Methods[M]["result"]>(method, params);
    if ("error" in answer) throw new Error(`${method} ${JSON.stringify(params)}: ${answer.error.message}`);
    return answer.result;
  }

  /** The answer to any request, also to one that no type allows. */
  ask<Result>(method: string, params: unknown): Promise<Answer<Result>> {
    const id = this.#nextId++;
    return this.askWith<Result>(id, JSON.stringify({ id, method, params }));
  }

  /** The answer to a message of this id. */
  askWith<Result>(id: number, message: string): Promise<Answer<Result>> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve: resolve as Waiting["resolve"], reject });
      this.send(message);
    });
  }

  send(message: string): void {
    this.#socket.send(message);
  }

  async close(): Promise<void> {
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    const closed = once(this.#socket, "close");
    this.#socket.close();
    await closed;
  }

  #receive(text: string): void {
    const answer = JSON.parse(text) as { id?: number; method?: string; result: unknown; error?: RpcRefusal };
    const waiting = answer.id === undefined ? undefined : this.#waiting.get(answer.id);
    if (answer.id === undefined || waiting === undefined) {
      if (answer.method === undefined) this.unasked.push(text);
      return;
    }
    this.#waiting.delete(answer.id);
    waiting.resolve(answer.error === undefined ? { text, result: answer.result } : { text, error: answer.error });
  }
}
