import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, createServer } from "node:net";
import { expect, it } from "vitest";
import { createKafka } from "./client.ts";
import { clusterOf } from "./cluster.ts";

interface Connection {
  connect(): Promise<true>;
  send(request: object): Promise<unknown>;
  disconnect(): Promise<true>;
}

interface WithConnections {
  readonly connectionPoolBuilder: { build(): Promise<{ readonly pool: readonly Connection[] }> };
}

const request: () => object = createRequire(import.meta.url)("kafkajs/src/protocol/requests/apiVersions/v0/request.js");

/** From before kafkajs has written a request until after. */
const STEPS = 5;

it("a request that is sent while its connection closes fails, and does not wait for an answer for ever", async () => {
  await using broker = createServer((socket) => socket.resume()).listen(0, "127.0.0.1");
  await once(broker, "listening");
  const { port } = broker.address() as AddressInfo;
  const { kafka } = createKafka(
    { brokers: [`127.0.0.1:${port}`], clientId: "test", requestTimeoutMs: 100 },
    () => undefined,
  );
  const { connectionPoolBuilder } = clusterOf(kafka) as unknown as WithConnections;

  const errors = new Set<string>();
  for (let step = 0; step < STEPS; step++) {
    const { pool } = await connectionPoolBuilder.build();
    const connection = pool[0] as Connection;
    await connection.connect();
    const sent = connection
      .send({ request: request(), response: {} })
      .catch((error: Error) => errors.add(error.message));
    for (let passed = 0; passed < step; passed++) await Promise.resolve();
    await connection.disconnect();
    await sent;
  }

  const timedOut = "Request ApiVersions(key: 18, version: 0) timed out";
  expect([...errors].sort()).toEqual(["Closed connection", "Not connected", timedOut]);
});
