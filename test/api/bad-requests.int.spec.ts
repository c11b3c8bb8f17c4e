import { connect } from "node:net";
import { describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { ReadModelUnavailableError } from "../../src/read-model/index.ts";
import { openSqliteReadModel } from "../../src/sqlite/index.ts";
import { LIMITS, served } from "./support/served.ts";

const HELLO = ["hello-0.169.0"];

describe("a bad request is answered with its status, and words that help", () => {
  it.each([
    ["/v1/threads?limit=0", 400, "bad-request"],
    ["/v1/threads?limit=1e9", 400, "bad-request"],
    ["/v1/threads?limit=x", 400, "bad-request"],
    ["/v1/threads?colour=red", 400, "bad-request"],
    ["/v1/threads?direction=up", 400, "bad-request"],
    ["/v1/threads?from=yesterday", 400, "bad-request"],
    ["/v1/threads?from=banana%201", 400, "bad-request"],
    ["/v1/threads?from=-5", 400, "bad-request"],
    ["/v1/threads?cursor=nonsense", 400, "bad-cursor"],
    [`/v1/threads?cursor=${"x".repeat(5_000)}`, 400, "bad-request"],
    ["/v1/threads/none", 404, "not-found"],
    ["/v1/threads/none/turns", 404, "not-found"],
    ["/v1/threads/none/events", 404, "not-found"],
    ["/v1/threads/%00", 404, "not-found"],
    ["/v1/threads/%E0%A4%A", 400, "bad-request"],
    ["/v1/nothing", 404, "not-found"],
    ["/v1/events?after=nonsense", 400, "bad-cursor"],
    ["/v1/search", 400, "bad-request"],
    ["/v1/operations/observers", 404, "not-known"],
  ])("%s: %i %s", async (path, status, code) => {
    const of = await served({}, HELLO);
    const found = await of.json(path);
    expect(found).toEqual({ status, body: { error: { code, message: expect.any(String) } } });
    expect(JSON.stringify(found.body)).not.toMatch(/node_modules|\.ts:|at .*\(/);
  });

  it("names every mistake in it", async () => {
    const of = await served({}, HELLO);
    const { body } = await of.json("/v1/threads?limit=0&colour=red");
    expect(JSON.stringify(body)).toMatch(/limit.*colour/);
  });

  it("with another method than GET: 405; with too large a body: 413; with malformed JSON: 400", async () => {
    const of = await served({}, HELLO);
    const post = (path: string, body: string) =>
      of.json(path, { method: "POST", body, headers: { "content-type": "application/json" } });
    expect((await post("/v1/threads", "{}")).status).toBe(405);
    expect((await post("/v1/session", JSON.stringify({ token: "x".repeat(20_000) }))).status).toBe(413);
    expect((await post("/v1/session", "{")).status).toBe(400);
  });

  it("says 503 while the database is away, and nothing of why", async () => {
    const readModel = openSqliteReadModel((await served({}, HELLO)).file);
    readModel.threads = () => Promise.reject(new ReadModelUnavailableError("secret-host refused"));
    const of = await served({ readModel }, HELLO);
    const { status, body } = await of.json("/v1/threads");
    expect([status, JSON.stringify(body)]).toEqual([503, expect.not.stringContaining("secret-host")]);
  });

  it("answers other requests while one never comes to its end", async () => {
    const of = await served({ limits: { ...LIMITS, requestMs: 300 } }, HELLO);
    const socket = connect(Number(new URL(of.url).port), "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    socket.write("GET /v1/threads HTTP/1.1\r\nhost: localhost\r\nx-slow: ");
    expect((await of.get("/v1/threads")).status).toBe(200);
    socket.resume();
    await closed;
  });
});

describe("the app-server protocol", () => {
  const opened = async (url: string, headers: Record<string, string> = {}) => {
    const socket = new WebSocket(`${url.replace("http", "ws")}/v1/app-server`, { headers });
    await new Promise((resolve, reject) => {
      socket.once("open", resolve);
      socket.once("error", reject);
    });
    return socket;
  };
  const closed = (socket: WebSocket) => new Promise<number>((resolve) => socket.once("close", resolve));

  it("is spoken over a WebSocket, answers in order", async () => {
    const of = await served({}, HELLO);
    const socket = await opened(of.url);
    const answers: unknown[] = [];
    const all = new Promise<void>((resolve) =>
      socket.on("message", (data) => {
        answers.push(JSON.parse(String(data)).id);
        if (answers.length === 100) resolve();
      }),
    );
    socket.send(JSON.stringify({ id: 0, method: "initialize", params: { clientInfo: { name: "c", version: "1" } } }));
    for (let id = 1; id < 100; id++) socket.send(JSON.stringify({ id, method: "thread/list", params: {} }));
    await all;
    expect(answers).toEqual(Array.from({ length: 100 }, (_, id) => id));
    socket.close();
  });

  it("takes no more values of a filter than a query does", async () => {
    const of = await served({}, HELLO);
    const socket = await opened(of.url);
    const answer = (id: number): Promise<unknown> =>
      new Promise((resolve) =>
        socket.on("message", (data) => {
          const found = JSON.parse(String(data)) as { readonly id: number };
          if (found.id === id) resolve(found);
        }),
      );
    const list = (id: number, params: object) => {
      socket.send(JSON.stringify({ id, method: "thread/list", params }));
      return answer(id);
    };
    const distinct = (count: number) => Array.from({ length: count }, (_, n) => `p-${n}`);
    socket.send(JSON.stringify({ id: 0, method: "initialize", params: { clientInfo: { name: "c", version: "1" } } }));
    expect(await list(1, { modelProviders: distinct(1_000) })).toMatchObject({ result: { data: [] } });
    expect(await list(2, { modelProviders: Array(50_000).fill("p") })).toMatchObject({ result: { data: [] } });
    const refused = { error: { code: -32602, message: "modelProviders accepts at most 1000 entries" } };
    expect(await list(3, { modelProviders: distinct(1_001) })).toMatchObject(refused);
    expect(await list(4, { cwd: distinct(1_000) })).toMatchObject({ result: { data: [] } });
    expect(await list(5, { cwd: distinct(60_000) })).toMatchObject({ error: { code: -32602 } });
    socket.close();
  });

  it("lets a client live that is behind with what it sent: its answer to a ping waits behind that", async () => {
    const of = await served({ limits: { ...LIMITS, heartbeatMs: 100 } });
    const socket = await opened(of.url);
    const last = new Promise<void>((resolve, reject) => {
      socket.once("close", (code) => reject(new Error(`closed: ${code}`)));
      socket.on("message", (data) => {
        if ((JSON.parse(String(data)) as { readonly id: number }).id === 1_000) resolve();
      });
    });
    socket.send(JSON.stringify({ id: 0, method: "initialize", params: { clientInfo: { name: "c", version: "1" } } }));
    for (let id = 1; id <= 1_000; id++) socket.send(JSON.stringify({ id, method: "thread/list", params: {} }));
    await last;
  });

  it("does not hold up the end of the server when a client says nothing to its goodbye", async () => {
    const of = await served({}, HELLO);
    const socket = await opened(of.url);
    const gone = closed(socket);
    socket.pause();
    await of.close();
    socket.resume();
    expect(await gone).toBe(1001);
  });

  it("ends a connection whose message is too long, or no text", async () => {
    const of = await served({ limits: { ...LIMITS, messageBytes: 1_000 } }, HELLO);
    const long = await opened(of.url);
    long.send("x".repeat(2_000));
    expect(await closed(long)).toBe(1009);
    const binary = await opened(of.url);
    binary.send(Buffer.from("{}"));
    expect(await closed(binary)).toBe(1003);
  });

  it("is refused to pages of elsewhere, under foreign names, and beyond the limit of streams", async () => {
    const of = await served({ limits: { ...LIMITS, streams: 1 } }, HELLO);
    await expect(opened(of.url, { origin: "https://evil.example.com" })).rejects.toThrow("403");
    await expect(opened(of.url, { host: "evil.example.com" })).rejects.toThrow("403");
    const first = await opened(of.url);
    await expect(opened(of.url)).rejects.toThrow("503");
    first.close();
  });
});
