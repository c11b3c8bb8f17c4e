import { stringify } from "../../json/index.ts";
import { type ReadModel, ReadModelUnavailableError, type ThreadScope } from "../../read-model/index.ts";
import { initialized } from "./initialize.ts";
import { requestIn } from "./message.ts";
import { type Call, callOf } from "./methods.ts";
import type { Reading } from "./reading.ts";
import { invalidRequest, RpcError, rpcCode } from "./rpc-error.ts";

export interface AppServerSessionOptions {
  /** Told of every request that failed for a reason of the server's; its client hears no more than that. */
  readonly onError: (error: unknown) => void;
}

/** The state of a connection: requests before `initialize`, and a second one, are refused. */
type Client = { readonly mayExperiment: boolean } | null;

/**
 * The read methods of Codex's app-server protocol, release 0.169.0, for one connection: messages of JSON-RPC go in, answers
 * come out. Messages may be handed over before earlier ones are answered.
 */
export class AppServerSession {
  readonly #reading: Reading;
  readonly #onError: (error: unknown) => void;
  #client: Client = null;

  /** @param scope the threads that the client may see */
  constructor(readModel: ReadModel, scope: ThreadScope, options: AppServerSessionOptions) {
    this.#reading = { readModel, scope };
    this.#onError = options.onError;
  }

  /** The answer to a message; null where there is none, as for notifications and for what is no message. Never rejects. */
  async handle(message: string): Promise<string | null> {
    const request = requestIn(message);
    if (request === null) return null;
    const { id } = request;
    try {
      if ("reason" in request) throw invalidRequest(`Invalid request: ${request.reason}`);
      const result = await this.#answer(callOf(request.method, request.params));
      return `{"id":${id},"result":${stringify(result)}}`;
    } catch (error) {
      const { code, message: text } = this.#told(error);
      return `{"error":${stringify({ code, message: text })},"id":${id}}`;
    }
  }

  /** What is checked here is checked at once, so that a request right behind `initialize` finds it done. */
  #answer(call: Call): object | Promise<object> {
    if (call.type === "initialize") {
      if (this.#client !== null) throw invalidRequest("Already initialized");
      const answer = initialized(call.params, process.platform);
      this.#client = { mayExperiment: call.params.capabilities?.experimentalApi ?? false };
      return answer;
    }
    if (this.#client === null) throw invalidRequest("Not initialized");
    if (call.experimental !== null && !this.#client.mayExperiment)
      throw invalidRequest(`${call.experimental} requires experimentalApi capability`);
    return call.answer(this.#reading);
  }

  #told(error: unknown): RpcError {
    if (error instanceof RpcError) return error;
    this.#onError(error);
    const isForNow = error instanceof ReadModelUnavailableError;
    const message = isForNow ? "the history cannot be read now: ask again later" : "internal error";
    return new RpcError(rpcCode.internal, message, { cause: error });
  }
}
