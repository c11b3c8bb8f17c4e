import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import type { ISocketFactory } from "kafkajs";

/** Numbers of requests in the Kafka protocol. */
export const API = {
  produce: 0,
  fetch: 1,
  heartbeat: 12,
  initProducerId: 22,
  endTxn: 26,
  txnOffsetCommit: 28,
} as const;

type Frozen = { readonly socket: Socket; readonly frame: Buffer };

/**
 * Stands between a client and a broker, knows where requests and replies begin and end, and fails as it is told. Give its
 * `socketFactory` to the client: brokers would send it past the proxy otherwise, by their advertised addresses.
 */
export class TcpProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #losses = new Map<number, () => void>();
  #held: Frozen[] | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Forwards to `host:port`. */
  static async start(broker: string): Promise<TcpProxy> {
    const server = createServer();
    const proxy = new TcpProxy(server);
    const { hostname, port } = new URL(`kafka://${broker}`);
    server.on("connection", (client) => proxy.#join(client, connect(Number(port), hostname)));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get socketFactory(): ISocketFactory {
    const { port } = this.#server.address() as AddressInfo;
    return ({ onConnect }) => connect(port, "127.0.0.1", onConnect);
  }

  /**
   * Forwards the next request of this kind, waits until the broker has answered, and closes the connection instead of passing
   * the answer on. Resolves when that has happened.
   */
  loseReplyOf(api: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#losses.set(api, resolve);
    return promise;
  }

  /** Closes all connections. New ones are accepted. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  /** From now on nothing passes, though connections stay open. */
  freeze(): void {
    this.#held ??= [];
  }

  /** What was held back arrives. */
  thaw(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const { socket, frame } of held) if (!socket.destroyed) socket.write(frame);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cut();
    this.#server.close();
    await once(this.#server, "close");
  }

  #join(client: Socket, broker: Socket): void {
    const asked: number[] = [];
    for (const [socket, other] of [
      [client, broker],
      [broker, client],
    ] as const) {
      this.#sockets.add(socket);
      socket.on("close", () => {
        this.#sockets.delete(socket);
        other.destroy();
      });
      socket.on("error", () => other.destroy());
    }
    client.on(
      "data",
      framed((frame) => {
        asked.push(frame.readInt16BE(4));
        this.#pass(broker, frame);
      }),
    );
    broker.on(
      "data",
      framed((frame) => {
        const api = asked.shift() ?? -1;
        const lose = this.#losses.get(api);
        if (lose === undefined) return this.#pass(client, frame);
        this.#losses.delete(api);
        client.destroy();
        lose();
      }),
    );
  }

  #pass(socket: Socket, frame: Buffer): void {
    if (this.#held === undefined) socket.write(frame);
    else this.#held.push({ socket, frame });
  }
}

/** Requests and replies begin with their length. */
function framed(onFrame: (frame: Buffer) => void): (data: Buffer) => void {
  let rest = Buffer.alloc(0);
  return (data) => {
    rest = Buffer.concat([rest, data]);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const length = 4 + rest.readInt32BE(0);
      onFrame(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
  };
}
