import { randomUUID } from "node:crypto";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, connect, createServer as createTcpServer, type Server, type Socket } from "node:net";

/** The registry that the tests run against. */
export function registryUrl(): string {
  const url = process.env.SCHEMA_REGISTRY_URL;
  if (url === undefined || url === "")
    throw new Error("SCHEMA_REGISTRY_URL is not set: start the services of the tests and set it to the registry's API");
  return url;
}

/** Subjects that no other run has. */
export function freshPrefix(): string {
  return `test-${randomUUID()}`;
}

/** A question to the registry past the code under test, as an operator would ask it. */
export async function ask(path: string, method = "GET", body?: object): Promise<unknown> {
  const response = await fetch(`${registryUrl()}${path}`, {
    method,
    headers: { "content-type": "application/vnd.schemaregistry.v1+json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  return response.json();
}

/** Something that listens on a port of its own until it is disposed of. */
export interface Listening extends AsyncDisposable {
  readonly port: number;
}

async function listening(server: Server, sockets: ReadonlySet<Socket>): Promise<Listening> {
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    [Symbol.asyncDispose]: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

/** A server that answers as it is told: not a registry. */
export function answering(listener: RequestListener): Promise<Listening> {
  const sockets = new Set<Socket>();
  const server = createServer(listener);
  server.on("connection", (socket) => sockets.add(socket));
  return listening(server, sockets);
}

/** What a proxy does with what the registry sends: pass it, keep it back, or break off in the middle of the answer. */
export type Mode = "pass" | "silent" | "half";

export interface RegistryProxy extends Listening {
  mode: Mode;
  /** The registry's URL, through the proxy. */
  readonly url: string;
}

/** Stands between a client and the real registry. */
export async function proxied(): Promise<RegistryProxy> {
  const target = new URL(registryUrl());
  const sockets = new Set<Socket>();
  const server = createTcpServer((client) => {
    const upstream = connect(Number(target.port || 80), target.hostname);
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on("error", () => socket.destroy());
      socket.on("close", () => [client, upstream].map((one) => one.destroy()));
    }
    client.pipe(upstream);
    upstream.on("data", (chunk: Buffer) => {
      if (proxy.mode === "pass") client.write(chunk);
      else if (proxy.mode === "half") client.write(chunk.subarray(0, -10));
    });
  });
  const base = await listening(server, sockets);
  const proxy: RegistryProxy = { ...base, mode: "pass", url: `http://127.0.0.1:${base.port}${target.pathname}` };
  return proxy;
}
