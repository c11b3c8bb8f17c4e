import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { describe, expect, it, vi } from "vitest";
import { assertNoEviction, EvictionPolicyError, RedisCheckpointStore } from "../../src/redis/index.ts";
import { StoreUnavailableError } from "../../src/worker/index.ts";
import {
  ATTEMPTS,
  CONFIG,
  Connection,
  delta,
  flushOf,
  HEAD,
  insistently,
  newPlace,
  owner,
} from "./support/checkpoints.ts";
import { freePort, RedisServer } from "./support/redis-server.ts";

// Servers are started and stopped.
vi.setConfig({ testTimeout: 60_000 });

const run = promisify(execFile);

/** What redis-cli prints. */
async function cli(port: number, ...command: readonly string[]): Promise<string> {
  const { stdout } = await run("redis-cli", ["-p", String(port), ...command]);
  return stdout;
}

/** Every call of the store, once. */
async function exercise(client: Connection["client"], partition: number): Promise<void> {
  const place = { ...newPlace(), partition };
  const store = await owner(client, place, { threads: 2 });
  await store.noteAttempts(ATTEMPTS);
  await store.flush(flushOf(["a", "b", "c"].map((id) => delta(id, 0, { f: "1" }))));
  expect(await store.lostThreads()).toEqual([]);
  await store.reset({ ...HEAD, generation: 2 });
  await store.flush(flushOf([delta("a", 0, { f: "2" })], { generation: 2 }));
  const heir = new RedisCheckpointStore(client, place);
  expect((await heir.acquire()).head).toEqual({ ...HEAD, generation: 2 });
  expect(await heir.load(["a", "b"])).toEqual(
    new Map<string, unknown>([
      ["a", { revision: 1, fields: new Map([["f", "2"]]) }],
      ["b", "new"],
    ]),
  );
}

describe("a Redis Cluster", () => {
  async function withCluster(
    work: (servers: readonly RedisServer[], connection: Connection) => Promise<void>,
  ): Promise<void> {
    const options = [
      "--cluster-enabled",
      "yes",
      "--cluster-node-timeout",
      "1000",
      "--appendonly",
      "yes",
      "--appendfsync",
      "always",
    ];
    await using one = await RedisServer.started(...options, "--cluster-port", String(await freePort()));
    await using two = await RedisServer.started(...options, "--cluster-port", String(await freePort()));
    await using three = await RedisServer.started(...options, "--cluster-port", String(await freePort()));
    const servers = [one, two, three];
    const addresses = servers.map(({ port }) => `127.0.0.1:${port}`);
    await run("redis-cli", ["--cluster", "create", ...addresses, "--cluster-replicas", "0", "--cluster-yes"]);
    const nodes = [{ host: "127.0.0.1", port: one.port }];
    // The nodes agree a moment after the command has ended.
    while (!(await cli(two.port, "cluster", "info")).includes("cluster_state:ok")) await sleep(50);
    using connection = await Connection.with({ ...CONFIG, server: { type: "cluster", nodes } });
    await work(servers, connection);
  }

  it("holds partitions on all its nodes, each in one slot", () =>
    withCluster(async (servers, { client }) => {
      for (let partition = 0; partition < 12; partition += 1) await insistently(() => exercise(client, partition));
      for (const { url } of servers) {
        using node = await Connection.to(url);
        expect(await node.client.dbsize()).toBeGreaterThan(0);
      }
    }));

  it("forgets its scripts, loses a node and gets it back", () =>
    withCluster(async (servers, { client }) => {
      const stores = await Promise.all(
        Array.from({ length: 12 }, (_, partition) => insistently(() => owner(client, { ...newPlace(), partition }))),
      );
      for (const { port } of servers) await cli(port, "script", "flush");
      const [, two] = servers;
      await two?.stop();
      const flush = flushOf([delta("a", 0, { f: "1" })]);
      const results = await Promise.allSettled(stores.map((store) => store.flush(flush)));
      const failures = results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
      expect(failures.length).toBeGreaterThan(0);
      for (const failure of failures) expect(failure).toBeInstanceOf(StoreUnavailableError);
      await two?.start();
      for (const [index, store] of stores.entries())
        if (results[index]?.status === "rejected") await insistently(() => store.flush(flush));
      for (const store of stores)
        expect((await insistently(() => store.load(["a"]))).get("a")).toEqual({
          revision: 1,
          fields: new Map([["f", "1"]]),
        });
    }));

  it("is asked on each of its primaries whether it evicts", () =>
    withCluster(async (servers, { client }) => {
      await assertNoEviction(client);
      const last = servers.at(-1)?.port ?? 0;
      await cli(last, "config", "set", "maxmemory-policy", "allkeys-lru");
      await expect(assertNoEviction(client)).rejects.toThrow(
        `Redis at 127.0.0.1:${last} has the maxmemory-policy allkeys-lru`,
      );
    }));
});

it("Sentinel: after a failover the store goes on at the new primary", async () => {
  await using primary = await RedisServer.started();
  await using replica = await RedisServer.started("--replicaof", "127.0.0.1", String(primary.port));
  const directory = await mkdtemp(join(tmpdir(), "sentinel-"));
  const file = join(directory, "sentinel.conf");
  await writeFile(
    file,
    `sentinel monitor checkpoints 127.0.0.1 ${primary.port} 1\n` +
      "sentinel down-after-milliseconds checkpoints 300\nsentinel failover-timeout checkpoints 2000\n",
  );
  await using sentinel = await RedisServer.sentinel(file);
  const sentinels = [{ host: "127.0.0.1", port: sentinel.port }];
  using connection = await Connection.with({
    ...CONFIG,
    server: { type: "sentinel", sentinels, name: "checkpoints" },
  });
  const place = newPlace();
  const store = await insistently(() => owner(connection.client, place));
  await store.flush(flushOf([delta("a", 0, { f: "1" })]));
  // For the first copy the primary waits a while, in case that more replicas come.
  while ((await connection.client.call("WAIT", "1", "100")) !== 1) await sleep(50);
  while (!(await cli(sentinel.port, "sentinel", "replicas", "checkpoints")).includes(`\n${replica.port}\n`))
    await sleep(50);
  await primary.stop();
  const flush = flushOf([delta("a", 1, { f: "2" })]);
  await insistently(() => store.flush(flush));
  using direct = await Connection.to(replica.url);
  const heir = await owner(direct.client, place);
  expect((await heir.load(["a"])).get("a")).toEqual({ revision: 2, fields: new Map([["f", "2"]]) });
  await rm(directory, { recursive: true });
});

describe("access control and encryption", () => {
  it("a user that may run scripts, hashes and sets below the prefix is enough", async () => {
    await using server = await RedisServer.started();
    using operator = await Connection.to(server.url);
    const rights = [
      "~test:*",
      "+@connection",
      "+@hash",
      "+@set",
      "+@scripting",
      "+unlink",
      "+exists",
      "+type",
      "+info",
    ];
    await operator.client.call("ACL", "SETUSER", "worker", "on", ">secret", ...rights);
    using connection = await Connection.to(server.url, { username: "worker", password: "secret" });
    await exercise(connection.client, 0);
    // CONFIG is forbidden: INFO tells the policy.
    await assertNoEviction(connection.client);
    await operator.client.config("SET", "maxmemory-policy", "allkeys-lru");
    await expect(assertNoEviction(connection.client)).rejects.toThrow(
      "has the maxmemory-policy allkeys-lru: every evicted key costs a rebuild. Set it to noeviction " +
        "(CONFIG SET maxmemory-policy noeviction), or redis.requireNoEviction to false",
    );
    const elsewhere = new RedisCheckpointStore(connection.client, { ...newPlace(), keyPrefix: "other:" });
    await expect(elsewhere.acquire()).rejects.toThrow(StoreUnavailableError);
    await operator.client.call("ACL", "SETUSER", "worker", "-info");
    const unreadable = assertNoEviction(connection.client);
    await expect(unreadable).rejects.toThrow(EvictionPolicyError);
    await expect(unreadable).rejects.toThrow("does not tell its maxmemory-policy");
  });

  it("a wrong password is told, and tried again for ever", async () => {
    await using server = await RedisServer.started("--requirepass", "secret");
    using operator = await Connection.to(server.url, { password: "secret" });
    const connecting = Connection.to(server.url, { password: "rotated" });
    await sleep(200);
    await operator.client.config("SET", "requirepass", "rotated");
    using connection = await connecting;
    expect(connection.failures[0]).toMatch(/^WRONGPASS/);
    await owner(connection.client, newPlace());
  });

  it("TLS with a certificate of its own authority, and one of the client's", async () => {
    const directory = await mkdtemp(join(tmpdir(), "tls-"));
    const at = (name: string) => join(directory, name);
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
    const certificate = ["req", "-x509", ...key, "-keyout", at("key.pem"), "-out", at("cert.pem"), "-days", "2"];
    await run("openssl", [...certificate, "-subj", "/CN=redis.test", "-addext", "subjectAltName=DNS:redis.test"]);
    const files = [
      "--tls-cert-file",
      at("cert.pem"),
      "--tls-key-file",
      at("key.pem"),
      "--tls-ca-cert-file",
      at("cert.pem"),
    ];
    const tlsPort = await freePort();
    await using _server = await RedisServer.started("--tls-port", String(tlsPort), ...files);
    const [cert, secret] = await Promise.all([readFile(at("cert.pem"), "utf8"), readFile(at("key.pem"), "utf8")]);
    const tls = { ca: cert, cert, key: secret, servername: "redis.test" };
    for (const scheme of ["redis", "rediss"]) {
      using connection = await Connection.to(`${scheme}://127.0.0.1:${tlsPort}`, { tls });
      await exercise(connection.client, 0);
    }
    await rm(directory, { recursive: true });
  });
});
