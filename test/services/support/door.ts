import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { freePorts, LOOPBACK } from "../../../scripts/services/ports.ts";

/** A port that leads to a service while it is open; shut, nobody answers there, as when the service is down. */
export class Door implements AsyncDisposable {
  readonly address: string;
  readonly #port: number;
  readonly #sockets = new Set<Socket>();
  #server: Server | undefined;

  private constructor(port: number) {
    this.#port = port;
    this.address = `${LOOPBACK}:${port}`;
  }

  /** It is shut. */
  static async made(): Promise<Door> {
    const [port = 0] = await freePorts(1);
    return new Door(port);
  }

  /** @param service its `host:port` */
  async open(service: string): Promise<void> {
    const { hostname, port } = new URL(`tcp://${service}`);
    const server = createServer((client) => {
      const there = connect(Number(port), hostname);
      for (const [socket, other] of [
        [client, there],
        [there, client],
      ] as const) {
        this.#sockets.add(socket);
        socket.on("error", () => other.destroy());
        socket.on("close", () => {
          this.#sockets.delete(socket);
          other.destroy();
        });
        socket.pipe(other);
      }
    });
    server.listen(this.#port, LOOPBACK);
    await once(server, "listening");
    this.#server = server;
  }

  /** Who is inside is thrown out. */
  async shut(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    if (server === undefined) return;
    const closed = once(server, "close");
    server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shut();
  }
}
