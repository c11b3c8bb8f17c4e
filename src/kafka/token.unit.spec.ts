import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, it, onTestFinished } from "vitest";
import { tokenProvider } from "./token.ts";

/** A token endpoint; its answers are taken in order, and what it was asked is kept. */
async function endpoint(...answers: readonly { status?: number; body: object }[]) {
  const asked: { authorization: string | undefined; body: string }[] = [];
  const server = createServer((request: IncomingMessage, response) => {
    void text(request).then((body) => {
      const answer = answers[asked.length] ?? { status: 500, body: {} };
      asked.push({ authorization: request.headers.authorization, body });
      response.writeHead(answer.status ?? 200, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.close();
  });
  return { asked, tokenEndpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token` };
}

const CLIENT = { clientId: "worker", clientSecret: () => "s:cret" };

it("asks by the client credentials flow", async () => {
  const { asked, tokenEndpoint } = await endpoint({ body: { access_token: "token", expires_in: 100 } });

  expect(await tokenProvider({ tokenEndpoint, ...CLIENT, scope: "kafka" })()).toBe("token");
  expect(asked).toEqual([
    {
      authorization: `Basic ${Buffer.from("worker:s%3Acret").toString("base64")}`,
      body: "grant_type=client_credentials&scope=kafka",
    },
  ]);
});

it("keeps a token until most of its life has passed, and asks once for many", async () => {
  const { asked, tokenEndpoint } = await endpoint(
    { body: { access_token: "first", expires_in: 100 } },
    { body: { access_token: "second", expires_in: 100 } },
  );
  let now = 0;
  const token = tokenProvider({ tokenEndpoint, ...CLIENT }, () => now);

  expect(await Promise.all([token(), token()])).toEqual(["first", "first"]);
  now = 79_000;
  expect(await token()).toBe("first");
  now = 81_000;
  expect(await Promise.all([token(), token()])).toEqual(["second", "second"]);
  expect(asked).toHaveLength(2);
});

it("says what went wrong and where, and asks again the next time", async () => {
  const { tokenEndpoint } = await endpoint(
    { status: 401, body: {} },
    { body: { error: "nothing" } },
    { body: { access_token: "token" } },
  );
  const token = tokenProvider({ tokenEndpoint, ...CLIENT });

  await expect(token()).rejects.toThrow(`${tokenEndpoint} answered 401 Unauthorized: check kafka.sasl`);
  await expect(token()).rejects.toThrow("answered without an access_token");
  expect(await token()).toBe("token");
});

it("says why there was no answer that could be read", async () => {
  const page = createServer((_request, response) => response.end("<html>"));
  page.listen(0, "127.0.0.1");
  await once(page, "listening");
  const tokenEndpoint = `http://127.0.0.1:${(page.address() as AddressInfo).port}/token`;
  const why = async () => await tokenProvider({ tokenEndpoint, ...CLIENT })().catch(String);

  expect(await why()).toContain(`${tokenEndpoint} gave no answer that could be read (Unexpected token '<'`);
  page.closeAllConnections();
  page.close();
  await once(page, "close");
  expect(await why()).toContain(`${tokenEndpoint} gave no answer that could be read (connect ECONNREFUSED`);
});
