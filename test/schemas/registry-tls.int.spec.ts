import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SchemaRegistry } from "../../src/schema-registry/index.ts";
import { registryUrl } from "./support.ts";

/** The real registry behind TLS, with a certificate that nobody knows but who made it. */
describe("a registry behind TLS", () => {
  const folder = mkdtempSync(join(tmpdir(), "registry-tls-"));
  const file = (name: string) => join(folder, name);
  // A key for 127.0.0.1, which signs itself.
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"],
      ...[
        "-subj",
        "/CN=registry",
        "-addext",
        "subjectAltName=IP:127.0.0.1",
        "-keyout",
        file("key"),
        "-out",
        file("cert"),
      ],
    ],
    { stdio: "ignore" },
  );
  const [key, cert] = [readFileSync(file("key")), readFileSync(file("cert"))];
  const server = createServer({ key, cert }, (request, response) => {
    void fetch(new URL(request.url ?? "/", registryUrl())).then(async (answer) => {
      response.writeHead(answer.status).end(await answer.text());
    });
  });
  beforeAll(
    () =>
      new Promise<void>((resolve) => {
        server.listen(0, "127.0.0.1", resolve);
      }),
  );
  afterAll(() => {
    rmSync(folder, { recursive: true });
    server.closeAllConnections();
    server.close();
  });
  const url = () => `https://127.0.0.1:${(server.address() as AddressInfo).port}${new URL(registryUrl()).pathname}`;

  it("is asked when its certificate is among those to trust", async () => {
    expect(await new SchemaRegistry({ url: url(), ca: cert }).versions("no-such-subject")).toEqual([]);
  });

  it("is not asked otherwise", async () => {
    await expect(new SchemaRegistry({ url: url() }).versions("no-such-subject")).rejects.toThrow(
      "self-signed certificate",
    );
  });
});
