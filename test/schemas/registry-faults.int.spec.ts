import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AvroDecoder, SchemaRegistry } from "../../src/schema-registry/index.ts";
import { RegistryUnavailableError } from "../../src/worker/index.ts";
import { answering, freshPrefix, type Mode, proxied, type RegistryProxy, registryUrl } from "./support.ts";

const TEXT = '{"type":"record","name":"R","fields":[{"name":"a","type":"string"}]}';

/** The error's text, without what differs from run to run. */
async function unavailable(asking: Promise<unknown>): Promise<string> {
  try {
    await asking;
  } catch (error) {
    expect(error).toBeInstanceOf(RegistryUnavailableError);
    return (error as Error).message.replaceAll(/127\.0\.0\.1:\d+/g, "HOST");
  }
  throw new Error("it was available");
}

describe("between a process and the real registry", () => {
  let proxy: RegistryProxy;
  let registry: SchemaRegistry;
  let id: number;

  beforeEach(async () => {
    proxy = await proxied();
    registry = new SchemaRegistry({ url: proxy.url, timeoutMs: 500 });
    const registration = await registry.register(`${freshPrefix()}-value`, TEXT);
    if (registration.outcome === "refused") throw new Error(registration.reason);
    id = registration.id;
  });
  afterEach(() => proxy[Symbol.asyncDispose]());

  const afresh = () => new SchemaRegistry({ url: proxy.url, timeoutMs: 500 });

  it.each<[Mode, RegExp]>([
    ["silent", /no whole answer within 500 ms|abort/],
    ["half", /no whole answer within 500 ms|abort/],
  ])("a connection that is %s is given up in time, and asked again once it works", async (mode, found) => {
    const cold = afresh();
    proxy.mode = mode;
    const started = performance.now();
    expect(await unavailable(cold.fetch(id))).toMatch(found);
    expect(performance.now() - started).toBeLessThan(2_000);
    proxy.mode = "pass";
    expect(await cold.fetch(id)).toMatchObject({ outcome: "schema" });
  });

  it("an answer that comes late is none, for all questions", async () => {
    proxy.mode = "silent";
    const cold = afresh();
    const prefix = `${freshPrefix()}-value`;
    for (const asking of [cold.idOf(prefix, TEXT), cold.versions(prefix), cold.register(prefix, TEXT)])
      expect(await unavailable(asking)).toContain(`cannot be asked about ${prefix}`);
  });

  it("a refused connection is told from an unknown schema", async () => {
    const { port, ...closed } = await answering(() => undefined);
    await closed[Symbol.asyncDispose]();
    expect(await unavailable(new SchemaRegistry({ url: `http://127.0.0.1:${port}` }).fetch(id))).toBe(
      `the schema registry at http://HOST cannot be asked about schema ${id}: connect ECONNREFUSED HOST`,
    );
  });

  it("the schema stays unknown meanwhile, and is known afterwards", async () => {
    const decoder = new AvroDecoder(afresh());
    const value = Buffer.from([0, 0, 0, 0, 0, 2]);
    value.writeUInt32BE(id, 1);
    proxy.mode = "silent";
    await unavailable(decoder.fetchSchema(id));
    expect(decoder.decodeRolloutEvent(value)).toEqual({ outcome: "unknown-schema", schemaId: id });
    proxy.mode = "pass";
    await decoder.fetchSchema(id);
    expect(decoder.decodeRolloutEvent(value)).toMatchObject({
      reason: `schema ${id}: it is R, which is no schema of this project`,
    });
  });
});

describe("a registry that has lost its data", () => {
  it("is not believed when it knows no schema: whole topics would count as unreadable", async () => {
    let isLost = false;
    await using server = await answering((request, response) => {
      if (isLost) response.writeHead(404).end('{"error_code":40403,"message":"not found"}');
      else if (request.url?.startsWith("/config/")) response.end('{"compatibilityLevel":"FULL_TRANSITIVE"}');
      else response.end('{"id":7}');
    });
    const registry = new SchemaRegistry({ url: `http://127.0.0.1:${server.port}` });
    await registry.register("s-value", TEXT);
    isLost = true;
    expect(await unavailable(registry.fetch(8))).toBe(
      "the schema registry at http://HOST cannot be asked about schema 8: it does not know s-value any more, which it did; restore its data, or register the schemas and restart",
    );
  });
});

describe("a URL that leads elsewhere", () => {
  it("on the registry's own host is no missing schema", async () => {
    const url = new URL("/no/such/api", registryUrl()).href;
    expect(await unavailable(new SchemaRegistry({ url }).fetch(1))).toMatch(
      /no schema registry is there \(.*\); check the URL and its path$/,
    );
  });

  it("of a name that is none", async () => {
    expect(await unavailable(new SchemaRegistry({ url: "http://no-such-host.invalid" }).fetch(1))).toMatch(
      /ENOTFOUND|EAI_AGAIN/,
    );
  });
});

describe("a server that is not as it should be", () => {
  /** What a registry of this answer says of schema 7. */
  async function fetched(status: number, body: string, headers: Readonly<Record<string, string>> = {}) {
    await using server = await answering((_request, response) => response.writeHead(status, headers).end(body));
    const registry = new SchemaRegistry({ url: `http://127.0.0.1:${server.port}`, timeoutMs: 1_000 });
    return await registry.fetch(7);
  }

  it.each([
    ["an error of its own", 500, '{"error_code":50001,"message":"the store is gone"}', /: the store is gone$/],
    ["an overload", 429, '{"message":"slow down"}', /: slow down$/],
    ["a web page", 200, "<html>welcome</html>", /it answers 200 as no schema registry does \(<html>welcome<\/html>\)/],
    [
      "somebody else's 404",
      404,
      "not here",
      /no schema registry is there \(Error, status 404: not here\); check the URL/,
    ],
    ["a refusal of who asks", 401, '{"message":"who?"}', /it refuses the user or the password; check both/],
    ["a refusal of what is asked", 403, '{"message":"no"}', /it refuses the user or the password; check both/],
  ])("%s may pass: it is unavailable", async (_what, status, body, found) => {
    expect(await unavailable(fetched(status, body))).toMatch(found);
  });

  it.each([
    ["no schema of that id", 404, '{"error_code":40403,"message":"Schema not found"}', /has no schema of this id$/],
    ["a schema that is none", 200, '{"schema":"{\\"type\\":\\"recor"}', /the registry's schema is not valid: .*JSON/],
    [
      "a type that is none",
      200,
      '{"schema":"\\"strong\\""}',
      /the registry's schema is not valid: undefined type name: strong/,
    ],
    ["another kind of schema", 200, '{"schemaType":"JSON","schema":"{}"}', /holds another kind of schema than Avro$/],
  ])("%s is final", async (_what, status, body, reason) => {
    expect(await fetched(status, body)).toEqual({ outcome: "unusable", reason: expect.stringMatching(reason) });
  });
});

describe("who asks", () => {
  it.each([
    ["in the settings", (port: number) => ({ url: `http://127.0.0.1:${port}`, username: "u", password: "p:w" })],
    ["in the URL", (port: number) => ({ url: `http://u:p%3Aw@127.0.0.1:${port}/` })],
  ])("is told with each question, when it stands %s, and never shown", async (_where, optionsOf) => {
    const seen: unknown[] = [];
    await using server = await answering((request, response) => {
      seen.push(request.headers.authorization, request.url);
      response.writeHead(500).end('{"message":"no"}');
    });
    const message = await unavailable(new SchemaRegistry(optionsOf(server.port)).fetch(7));
    expect(seen).toEqual([`Basic ${Buffer.from("u:p:w").toString("base64")}`, "/schemas/ids/7"]);
    expect(message).toBe("the schema registry at http://HOST cannot be asked about schema 7: no");
  });
});
