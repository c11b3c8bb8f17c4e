import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { json } from "node:stream/consumers";
import { type Answer, message, type StreamedAnswer } from "./answers.ts";
import { beginningOf, completed, created, eventsOf, failed, type ResponseEvent } from "./response-events.ts";

/** What a client asks of the model, as far as tests look at it. */
export interface ResponsesRequest {
  /** The conversation so far. */
  readonly input: readonly object[];
}

/** One conversation as it is to go: its answers are taken in turn, one to each request. */
export class Script {
  /** What the client is to take for the API: requests to it are this script's. */
  readonly url: string;
  readonly #number: number;
  /** The requests, as they came. */
  readonly requests: ResponsesRequest[] = [];
  /** Once an answer that never ends has begun to reach the client. */
  readonly endless: Promise<void>;
  readonly #answers: Answer[];
  readonly #begun = Promise.withResolvers<void>();

  /** The number tells its ids from those of other scripts. */
  constructor(number: number, address: string, answers: readonly Answer[]) {
    this.url = `${address}/${number}`;
    this.#number = number;
    this.#answers = [...answers];
    this.endless = this.#begun.promise;
  }

  /** Answers that nobody asked for. */
  get left(): number {
    return this.#answers.length;
  }

  answer(request: ResponsesRequest, response: ServerResponse): void {
    const number = this.requests.push(request);
    const answer = this.#answers.shift();
    if (answer === undefined) refuse(response, 400, `the script has no answer to request ${number}`);
    else if (answer.type === "refusal") refuse(response, answer.status, answer.message);
    else this.#stream(answer, `${this.#number}_${number}`, response);
  }

  #stream(answer: StreamedAnswer, id: string, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    for (const event of streamOf(answer, id)) response.write(framed(event));
    if (answer.type === "endless") this.#begun.resolve();
    else response.end();
  }
}

function* streamOf(answer: StreamedAnswer, id: string): Iterable<ResponseEvent> {
  yield created(`resp_${id}`);
  switch (answer.type) {
    case "items":
      for (const [index, item] of answer.items.entries()) yield* eventsOf(item, index, `item_${id}_${index}`);
      return yield completed(`resp_${id}`);
    case "failure":
      return yield failed(`resp_${id}`, answer.message);
    case "endless":
      yield* beginningOf(message(answer.text), 0, `item_${id}_0`);
  }
}

function framed(event: ResponseEvent): string {
  return `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;
}

function refuse(response: ServerResponse, status: number, message: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ error: { message, type: "server_error" } }));
}

/** A server on loopback that speaks OpenAI's Responses API as server-sent events, and answers what scripts say. */
export class ModelServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #scripts = new Map<string, Script>();

  private constructor() {
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => response.destroy(error as Error));
    });
  }

  static async start(): Promise<ModelServer> {
    const server = new ModelServer();
    await once(server.#server.listen(0, "127.0.0.1"), "listening");
    return server;
  }

  /** A conversation of its own. */
  script(...answers: readonly Answer[]): Script {
    const address = this.#server.address();
    if (address === null || typeof address === "string") throw new Error("the model server does not listen");
    const number = this.#scripts.size + 1;
    const script = new Script(number, `http://127.0.0.1:${address.port}`, answers);
    this.#scripts.set(`/${number}/responses`, script);
    return script;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const script = this.#scripts.get(request.url ?? "");
    if (script === undefined) refuse(response, 404, `nothing is at ${request.url}`);
    else script.answer((await json(request)) as ResponsesRequest, response);
  }
}
