import { createHash } from "node:crypto";
import { createServer, type Server } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { type Report, ServicesError } from "./names.ts";

const WAIT_MS = 600_000;
const RETRY_MS = 100;

/**
 * Runs `action` while no other process runs one under the same name. The lock is an abstract socket of Linux: the kernel
 * gives it to one process and takes it back when that ends, however it ends, so a stale lock cannot be.
 */
export async function withLock<T>(name: string, report: Report, action: () => Promise<T>): Promise<T> {
  const address = `\0thread-history-${createHash("sha256").update(name).digest("hex").slice(0, 32)}`;
  const server = await acquire(address, name, report);
  try {
    return await action();
  } finally {
    server.close();
  }
}

async function acquire(address: string, name: string, report: Report): Promise<Server> {
  const deadline = performance.now() + WAIT_MS;
  for (let tries = 0; performance.now() < deadline; tries++) {
    const server = await listen(address);
    if (server !== null) return server;
    if (tries === 0) report(`waiting for another process that starts or stops services (${name})`);
    await sleep(RETRY_MS);
  }
  throw new ServicesError(
    `another process has been busy with ${name} for ${WAIT_MS / 60_000} minutes: end it, try again`,
  );
}

function listen(address: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EADDRINUSE") resolve(null);
      else reject(error);
    });
    server.listen(address, () => resolve(server.unref()));
  });
}
