import { execFile, execFileSync } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { freePorts } from "../../scripts/services/ports.ts";
import { OBSERVER_NAMES } from "../../src/projections/index.ts";
import { Deployment, servicesEnv } from "./support/deployment.ts";
import { PATIENCE } from "./support/group.ts";
import { OwnKafka } from "./support/own-kafka.ts";
import { byThread, projected } from "./support/projected.ts";
import { publishedMutations } from "./support/verifier.ts";
import { OUTPUTS } from "./support/workload.ts";

const SAMPLES = join(import.meta.dirname, "../../samples");
const USER = "agent";
const PASSWORD = "p=a%s:s/w0rd+";
const CLIENT = "client:1";
const LOGIN_MODULES = "org.apache.kafka.common.security";

/** A broker that lets nobody in who does not say who they are; beside it a door for the tests' own readers. */
describe("a broker that asks who is there", async () => {
  const [secure = 0, mutual = 0] = await freePorts(2);
  const files = new Deployment({}).folder;
  const file = (name: string): string => join(files, name);
  makeCertificate(file("server"), "subjectAltName=DNS:kafka.test");
  makeCertificate(file("client"), "subjectAltName=DNS:client.test");
  writeFileSync(file("server.pem"), readFileSync(file("server.key")) + readFileSync(file("server.crt")).toString());
  for (const [name, secret] of [
    ["password", PASSWORD],
    ["wrong", "wrong"],
  ] as const)
    writeFileSync(file(name), `${secret}\n`);

  const plaintext = await OwnKafka.prepared();
  const kafka = plaintext.listeningAlso(
    [
      { name: "SECURE", protocol: "SASL_SSL", port: secure },
      { name: "MUTUAL", protocol: "SSL", port: mutual },
    ],
    {
      ...onBoth("ssl.keystore.type", "PEM"),
      ...onBoth("ssl.keystore.location", file("server.pem")),
      "listener.name.mutual.ssl.client.auth": "required",
      "listener.name.mutual.ssl.truststore.type": "PEM",
      "listener.name.mutual.ssl.truststore.location": file("client.crt"),
      "listener.name.secure.sasl.enabled.mechanisms": "PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER",
      ...loginBy("plain", `plain.PlainLoginModule required user_${USER}=${JSON.stringify(PASSWORD)};`),
      ...loginBy("scram-sha-256", "scram.ScramLoginModule required;"),
      ...loginBy("scram-sha-512", "scram.ScramLoginModule required;"),
      // The broker takes tokens that nobody signed: who signs them is not what is tried here.
      ...loginBy("oauthbearer", 'oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";'),
    },
  );
  const tokens = tokenEndpoint();
  const services = servicesEnv();

  /** What the topics hold of the samples is what `project` makes of them. */
  const holdsAll = async (deployment: Deployment): Promise<void> => {
    const expected = await projected(deployment, SAMPLES);
    for (const name of OBSERVER_NAMES) {
      const topic = `${deployment.prefix}.${OUTPUTS[name].topic}`;
      const found = await publishedMutations(topic, { ...deployment.env, KAFKA_BROKERS: kafka.address });
      expect(byThread(found)).toEqual(byThread(expected.get(name) ?? []));
    }
  };
  const deploymentWith = (port: number, env: Readonly<Record<string, string>>): Deployment =>
    new Deployment({
      ...services,
      KAFKA_BROKERS: `127.0.0.1:${port}`,
      THREAD_HISTORY_TOPICS_PARTITIONS: "2",
      THREAD_HISTORY_KAFKA_TLS_ENABLED: "true",
      THREAD_HISTORY_KAFKA_TLS_CA_FILE: file("server.crt"),
      THREAD_HISTORY_KAFKA_TLS_SERVER_NAME: "kafka.test",
      ...env,
    });
  const withPassword = (mechanism: string, secret = "password") => ({
    THREAD_HISTORY_KAFKA_SASL_MECHANISM: mechanism,
    THREAD_HISTORY_KAFKA_SASL_USERNAME: USER,
    THREAD_HISTORY_KAFKA_SASL_PASSWORD_FILE: file(secret),
  });
  const withToken = (secret = "password") => ({
    THREAD_HISTORY_KAFKA_SASL_MECHANISM: "oauthbearer",
    THREAD_HISTORY_KAFKA_SASL_TOKEN_ENDPOINT: tokens.url(),
    THREAD_HISTORY_KAFKA_SASL_OAUTH_CLIENT_ID: CLIENT,
    THREAD_HISTORY_KAFKA_SASL_CLIENT_SECRET_FILE: file(secret),
    THREAD_HISTORY_KAFKA_SASL_SCOPE: "history",
  });

  beforeAll(async () => {
    await Promise.all([kafka.start(), tokens.open()]);
    const tool = join(services.KAFKA_TOOLS ?? "", "kafka-configs.sh");
    const users = ["--alter", "--entity-type", "users", "--entity-name", USER];
    const scram = ["SCRAM-SHA-256", "SCRAM-SHA-512"].map((mechanism) => `${mechanism}=[password=${PASSWORD}]`);
    for (const one of scram)
      await promisify(execFile)(tool, ["--bootstrap-server", kafka.address, ...users, "--add-config", one]);
  });
  afterAll(async () => {
    tokens.close();
    await kafka[Symbol.asyncDispose]();
  });

  it.each([
    ["a password", secure, () => withPassword("plain")],
    ["SCRAM-SHA-256", secure, () => withPassword("scram-sha-256")],
    ["SCRAM-SHA-512", secure, () => withPassword("scram-sha-512")],
    ["a token", secure, () => withToken()],
    [
      "a certificate",
      mutual,
      () => ({
        THREAD_HISTORY_KAFKA_TLS_CERT_FILE: file("client.crt"),
        THREAD_HISTORY_KAFKA_TLS_KEY_FILE: file("client.key"),
      }),
    ],
  ])("lets in, by %s, all that works on a log", async (_how, port, env) => {
    const deployment = deploymentWith(port, env());
    await deployment.setUp();

    await deployment.run("ship", "--once", SAMPLES);
    await deployment.run("worker", "--once", ...OBSERVER_NAMES.flatMap((name) => ["--observer", name]));

    await holdsAll(deployment);
  });

  it("and a worker that gets no token for a while: it is unready and says why, and goes on when it gets one", async () => {
    const deployment = deploymentWith(secure, withToken());
    await deployment.setUp();
    await deployment.run("ship", "--once", SAMPLES);
    const worker = deployment.worker(...OBSERVER_NAMES);
    const answers = (status: number, body: RegExp) =>
      vi.waitFor(async () => {
        expect(await worker.ask("/readyz")).toEqual({ status, body: expect.stringMatching(body) as string });
      }, PATIENCE);
    await answers(200, /./);
    tokens.close();
    await kafka.stop("SIGKILL");
    await kafka.start();
    await answers(503, /joins it again: \S+\/token gave no answer that could be read/);

    await tokens.open();

    await answers(200, /./);
    await vi.waitFor(() => holdsAll(deployment), PATIENCE);
    expect(await worker.drain()).toBe(0);
  });

  it.each([
    ["a wrong password", secure, () => withPassword("plain", "wrong"), /Invalid username or password/],
    ["a wrong password (SCRAM)", secure, () => withPassword("scram-sha-512", "wrong"), /invalid credentials/],
    ["a client that gets no token", secure, () => withToken("wrong"), /answered 401.*kafka\.sasl\.tokenEndpoint/],
    ["nothing to say", secure, () => ({}), /./],
    ["no certificate", mutual, () => ({}), /certificate/],
    [
      "doubt about its own certificate",
      secure,
      () => ({ ...withPassword("plain"), THREAD_HISTORY_KAFKA_TLS_SERVER_NAME: "other.test" }),
      /other\.test/,
    ],
  ])("and %s: what was wrong is said, with where", async (_what, port, env, why) => {
    const { code, stdout, stderr } = await deploymentWith(port, env()).attempt("topics", "create");

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toContain(`127.0.0.1:${port}`);
    expect(stderr).toMatch(why);
  });
});

function onBoth(setting: string, value: string): Record<string, string> {
  return { [`listener.name.secure.${setting}`]: value, [`listener.name.mutual.${setting}`]: value };
}

function loginBy(mechanism: string, module: string): Record<string, string> {
  return { [`listener.name.secure.${mechanism}.sasl.jaas.config`]: `${LOGIN_MODULES}.${module}` };
}

/** A key, and a certificate that it signed itself. */
function makeCertificate(path: string, extension: string): void {
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", `${path}.key`];
  const subject = ["-subj", "/CN=test", "-addext", extension, "-out", `${path}.crt`, "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...key, ...subject], { stdio: "ignore" });
}

/** Gives tokens to who knows the secret (RFC 6749, 4.4). */
function tokenEndpoint() {
  const server = createServer((request, response) => {
    const secret = Buffer.from(`${encodeURIComponent(CLIENT)}:${encodeURIComponent(PASSWORD)}`).toString("base64");
    if (request.headers.authorization !== `Basic ${secret}`) {
      response.writeHead(401).end();
      return;
    }
    // Good for long, and to be replaced soon.
    const issued = Math.floor(Date.now() / 1000);
    const parts = [{ alg: "none" }, { sub: USER, scope: "history", iat: issued, exp: issued + 300 }];
    const text = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    response.setHeader("content-type", "application/json");
    response.end(JSON.stringify({ access_token: `${text}.`, token_type: "bearer", expires_in: 1 }));
  });
  let port = 0;
  return {
    url: () => `http://127.0.0.1:${port}/token`,
    /** Where it was before, once it was open. */
    open: async () => {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      port = (server.address() as AddressInfo).port;
    },
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
