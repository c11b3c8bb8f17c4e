import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { describe, expect, it, onTestFinished } from "vitest";
import { tokensIn } from "../../src/api/index.ts";
import { LIMITS, served } from "./support/served.ts";

const TOKENS = tokensIn(`
- { name: everything, token: 0123456789abcdef-all }
- { name: elsewhere, token: 0123456789abcdef-cwd, cwds: [/elsewhere] }
- { name: terminal, token: 0123456789abcdef-exec, sourceKinds: [exec] }
`);
const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const NAMES = ["hello-0.169.0", "parallel-0.120.0-ext"];

/** A request under any host name: fetch sets its own. */
function statusUnder(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(`${url}/v1/threads`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("with tokens", () => {
  it("nothing is read without one of them", async () => {
    const of = await served({ tokens: TOKENS }, NAMES);
    for (const init of [{}, bearer("0123456789abcdef-no"), bearer(""), { headers: { authorization: "Basic x" } }])
      expect((await of.get("/v1/threads", init)).status).toBe(401);
    expect((await of.get("/v1/events")).status).toBe(401);
    expect((await of.get("/v1/threads", bearer("0123456789abcdef-all"))).status).toBe(200);
  });

  it("probes and the description are for everybody", async () => {
    const of = await served({ tokens: TOKENS, readiness: () => "not yet" }, NAMES);
    expect((await of.get("/healthz")).status).toBe(200);
    expect(await of.json("/readyz")).toEqual({ status: 503, body: { isReady: false, reason: "not yet" } });
    expect((await of.get("/v1/openapi.json")).status).toBe(200);
  });

  it("each sees its threads only: the others are not there", async () => {
    const of = await served({ tokens: TOKENS }, NAMES);
    const all = (await of.json("/v1/threads", bearer("0123456789abcdef-all"))).body as {
      data: { threadId: string; sourceKind: string }[];
    };
    const some = (await of.json("/v1/threads", bearer("0123456789abcdef-exec"))).body as typeof all;
    expect(some.data).toEqual(all.data.filter(({ sourceKind }) => sourceKind === "exec"));
    expect((await of.json("/v1/threads", bearer("0123456789abcdef-cwd"))).body).toMatchObject({ data: [] });
    const hidden = await of.json(`/v1/threads/${all.data[0]?.threadId}/turns`, bearer("0123456789abcdef-cwd"));
    expect(hidden.status).toBe(404);
  });

  it("operations, which tell of all threads, are for those that see all", async () => {
    const of = await served({ tokens: TOKENS }, NAMES);
    expect((await of.get("/v1/operations/dead-letters", bearer("0123456789abcdef-exec"))).status).toBe(403);
    expect((await of.get("/v1/operations/dead-letters", bearer("0123456789abcdef-all"))).status).toBe(200);
  });

  it("a browser signs in once, for a cookie that scripts cannot read", async () => {
    const of = await served({ tokens: TOKENS }, NAMES);
    const sign = (token: string, headers: Record<string, string> = {}) =>
      of.get("/v1/session", {
        method: "POST",
        body: JSON.stringify({ token }),
        headers: { "content-type": "application/json", ...headers },
      });
    expect((await sign("0123456789abcdef-no")).status).toBe(401);
    expect((await sign("0123456789abcdef-all", { origin: "https://evil.example.com" })).status).toBe(403);
    const answer = await sign("0123456789abcdef-all", { origin: of.url });
    const cookie = answer.headers.get("set-cookie") ?? "";
    expect([answer.status, cookie]).toEqual([204, expect.stringMatching(/HttpOnly; SameSite=Strict/)]);
    expect((await of.get("/v1/threads", { headers: { cookie: cookie.split(";")[0] ?? "" } })).status).toBe(200);
  });
});

describe("without tokens", () => {
  it("it answers under its own names only, so that no page elsewhere reaches it by rebinding its name", async () => {
    const of = await served({ allowedHosts: ["history.example.com"] }, NAMES);
    const { port } = new URL(of.url);
    expect(await statusUnder(of.url, `localhost:${port}`)).toBe(200);
    expect(await statusUnder(of.url, `[::1]:${port}`)).toBe(200);
    expect(await statusUnder(of.url, "history.example.com")).toBe(200);
    expect(await statusUnder(of.url, "evil.example.com")).toBe(403);
  });
});

describe("pages of elsewhere", () => {
  it("may read only if their origin is listed", async () => {
    const of = await served({ corsOrigins: ["https://ours.example.com"] }, NAMES);
    const allowed = async (origin: string) =>
      (await of.get("/v1/threads", { headers: { origin } })).headers.get("access-control-allow-origin");
    expect(await allowed("https://ours.example.com")).toBe("https://ours.example.com");
    expect(await allowed("https://evil.example.com")).toBeNull();
  });

  it("may ask with a token, which their browsers ask about beforehand", async () => {
    const of = await served({ corsOrigins: ["https://ours.example.com"], tokens: TOKENS }, NAMES);
    const preflight = async (origin: string) => {
      const asked = {
        origin,
        "access-control-request-method": "GET",
        "access-control-request-headers": "authorization",
      };
      const { status, headers } = await of.get("/v1/threads", { method: "OPTIONS", headers: asked });
      return [status, headers.get("access-control-allow-headers"), headers.get("access-control-allow-methods")];
    };
    expect(await preflight("https://ours.example.com")).toEqual([204, "authorization, last-event-id", "GET, HEAD"]);
    expect(await preflight("https://evil.example.com")).toEqual([405, null, null]);
  });
});

describe("another protocol that a client asks for", () => {
  const upgrading = (port: number, protocol: string, path: string) =>
    `GET ${path} HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: Upgrade, HTTP2-Settings\r\nupgrade: ${protocol}\r\nHTTP2-Settings: AAMAAABk\r\n\r\n`;

  /** Asks, keeps the connection open at its end, and answers the first line of what comes. */
  async function asked(url: string, protocol: string, path: string): Promise<string> {
    const port = Number(new URL(url).port);
    const socket = connect({ port, host: "127.0.0.1", allowHalfOpen: true });
    onTestFinished(() => void socket.destroy());
    socket.write(upgrading(port, protocol, path));
    const [answer] = (await once(socket, "data")) as [Buffer];
    return answer.toString().split("\r\n", 1)[0] ?? "";
  }

  it("is left aside where it is HTTP/2: the answer comes in HTTP/1.1", async () => {
    const of = await served({}, NAMES);
    expect(await asked(of.url, "h2c", "/v1/threads?limit=1")).toBe("HTTP/1.1 200 OK");
  });

  it.each(["/nope", "//", "/v1/app-server/"])("is refused at %s, and the connection with it", async (path) => {
    const of = await served({ limits: { ...LIMITS, connections: 2 } }, NAMES);
    expect(await asked(of.url, "websocket", path)).toBe("HTTP/1.1 404 Refused");
    expect(await asked(of.url, "websocket", path)).toBe("HTTP/1.1 404 Refused");
    expect(await asked(of.url, "websocket", path)).toBe("HTTP/1.1 404 Refused");
  });
});

describe("a file of tokens", () => {
  it.each([
    ["- { name: a }", "has either a token or the sha256 of one"],
    ["- { name: a, token: short }", "0.token"],
    ["[]", "the file"],
    ["- { name: a, token: 0123456789abcdef, colour: red }", "colour"],
    ["{", "neither YAML nor JSON"],
  ])("%j is refused: %s", (text, message) => {
    expect(() => tokensIn(text)).toThrow(message);
  });
});
