import { randomInt } from "node:crypto";
import { connect, createServer, type Server } from "node:net";
import { ServicesError } from "./names.ts";

export const LOOPBACK = "127.0.0.1";

/**
 * Below the ports that Linux gives to outgoing connections (from 32768): else a client could be given the port of a
 * service that is being restarted, or even connect to itself.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_767;
const TRIES = 500;
/** Whoever got one may not listen on it yet. */
const given = new Set<number>();

/** So many free ports, all different, and other ones than before. */
export async function freePorts(count: number): Promise<number[]> {
  const servers: Server[] = [];
  try {
    for (let tries = 0; servers.length < count && tries < TRIES; tries++) {
      const port = randomInt(FIRST_PORT, LAST_PORT + 1);
      const server = given.has(port) ? null : await listenOn(port);
      if (server === null) continue;
      given.add(port);
      servers.push(server);
    }
    if (servers.length < count)
      throw new ServicesError(
        `no free port between ${FIRST_PORT} and ${LAST_PORT}: see who has them with \`ss -ltnp\``,
      );
    return servers.flatMap(portOf);
  } finally {
    await Promise.all(servers.map(close));
  }
}

export async function isFree(port: number): Promise<boolean> {
  const server = await listenOn(port);
  if (server !== null) await close(server);
  return server !== null;
}

function listenOn(port: number): Promise<Server | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen({ port, host: LOOPBACK }, () => resolve(server));
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function portOf(server: Server): number[] {
  const address = server.address();
  return typeof address === "object" && address !== null ? [address.port] : [];
}

export interface Exchange {
  readonly host?: string;
  readonly port: number;
  readonly send: Uint8Array;
  /** How many bytes of the answer are needed. */
  readonly bytes: number;
}

const ANSWER_MS = 2_000;

/** Sends bytes and gives the beginning of the answer, shorter when the other side closes; null when nobody answers. */
export function exchange({ host = LOOPBACK, port, send, bytes }: Exchange): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    const socket = connect({ host, port }, () => socket.write(send));
    const end = (answer: Buffer | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_MS, () => end(null));
    socket.on("error", () => end(null));
    socket.on("close", () => end(chunks.length > 0 ? Buffer.concat(chunks) : null));
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      const answer = Buffer.concat(chunks);
      if (answer.length >= bytes) end(answer);
    });
  });
}

/** Whether somebody accepts connections. */
export function isReachable(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (reachable: boolean) => {
      socket.destroy();
      resolve(reachable);
    };
    socket.setTimeout(ANSWER_MS, () => end(false));
    socket.once("connect", () => end(true));
    socket.once("error", () => end(false));
  });
}
