import { once } from "node:events";
import { type AddressInfo, createConnection, createServer, type Server, type Socket } from "node:net";

/** Stands between a client and Redis, and loses answers when told to. */
export class FaultyProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #losesAnswers = 0;
  #isStuck = false;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(server);
    server.on("connection", (client) => proxy.#relay(client, createConnection(port, "127.0.0.1")));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return proxy;
  }

  get url(): string {
    return `redis://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The next answers do not arrive: in place of each the connection breaks. The command was done. */
  loseAnswers(count: number): void {
    this.#losesAnswers = count;
  }

  /** Connections stay open and nothing comes through: what a cut cable looks like. */
  hang(isStuck: boolean): void {
    this.#isStuck = isStuck;
  }

  #relay(client: Socket, server: Socket): void {
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
    client.on("data", (data) => this.#isStuck || server.write(data));
    server.on("data", (data) => {
      if (this.#isStuck) return;
      if (this.#losesAnswers > 0) {
        this.#losesAnswers -= 1;
        client.destroy();
      } else client.write(data);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }
}
