import { z } from "zod";
import { choice, flag, form, given, list, namedText, text, whole } from "../setting.ts";

/** How a connection is encrypted; the same for Kafka and Redis. */
export const tlsSchema = z
  .strictObject({
    enabled: flag(false, "Whether connections are encrypted."),
    caFile: text(form.file, "Certificates to trust, as PEM. Without it those that Node.js brings."),
    certFile: text(form.file, "The client's own certificate, as PEM, where the server asks for one."),
    keyFile: text(form.file, "The key of the client's certificate, as PEM."),
    serverName: text(form.any, "The name that the server's certificate must have, if it is not the host's."),
  })
  .refine(({ certFile, keyFile }) => (certFile === null) === (keyFile === null), {
    path: ["keyFile"],
    error: "a certificate needs its key, and a key its certificate: set both certFile and keyFile, or neither",
    when: given("certFile", "keyFile"),
  })
  .refine(({ enabled, caFile, certFile }) => enabled || (caFile === null && certFile === null), {
    path: ["enabled"],
    error: "certificates are set, so it must be true",
    when: given("enabled", "caFile", "certFile"),
  })
  .prefault({});

const saslSchema = z
  .strictObject({
    mechanism: choice(
      "none",
      ["none", "plain", "scram-sha-256", "scram-sha-512", "oauthbearer"],
      "How clients prove who they are.",
    ),
    username: text(form.any, "User, for plain and scram."),
    passwordFile: text(form.file, "File with the user's password, for plain and scram. Read at every connection."),
    tokenEndpoint: text(form.httpUrl, "Where oauthbearer gets its tokens (OAuth 2.0 client credentials)."),
    oauthClientId: text(form.any, "Client id at the token endpoint."),
    clientSecretFile: text(form.file, "File with the client's secret at the token endpoint. Read for every token."),
    scope: text(form.any, "Scope that tokens are asked for, where the endpoint wants one."),
  })
  .refine(({ mechanism, username }) => !usesPassword(mechanism) || username !== null, {
    path: ["username"],
    error: "plain and scram need it",
    when: given("mechanism", "username"),
  })
  .refine(({ mechanism, passwordFile }) => !usesPassword(mechanism) || passwordFile !== null, {
    path: ["passwordFile"],
    error: "plain and scram need it",
    when: given("mechanism", "passwordFile"),
  })
  .refine(({ mechanism, tokenEndpoint }) => mechanism !== "oauthbearer" || tokenEndpoint !== null, {
    path: ["tokenEndpoint"],
    error: "oauthbearer needs it",
    when: given("mechanism", "tokenEndpoint"),
  })
  .refine(({ mechanism, oauthClientId }) => mechanism !== "oauthbearer" || oauthClientId !== null, {
    path: ["oauthClientId"],
    error: "oauthbearer needs it",
    when: given("mechanism", "oauthClientId"),
  })
  .refine(({ mechanism, clientSecretFile }) => mechanism !== "oauthbearer" || clientSecretFile !== null, {
    path: ["clientSecretFile"],
    error: "oauthbearer needs it",
    when: given("mechanism", "clientSecretFile"),
  })
  .prefault({});

function usesPassword(mechanism: string): boolean {
  return mechanism !== "none" && mechanism !== "oauthbearer";
}

export const kafkaSchema = z
  .strictObject({
    brokers: list(form.hostPort, "Brokers to begin with; the others are learned from them."),
    clientId: namedText("thread-history", form.any, "Name under which the brokers log and limit this client."),
    tls: tlsSchema,
    sasl: saslSchema,
    connectionTimeoutMs: whole(10_000, [100, 300_000], "How long connecting to a broker may take."),
    requestTimeoutMs: whole(30_000, [1_000, 300_000], "How long a broker may take to answer a request."),
    sessionTimeoutMs: whole(
      6_000,
      [1_000, 1_800_000],
      "A worker silent for so long loses its partitions to the others. With 6 s a killed worker was replaced after 6.7 s.",
    ),
    heartbeatMs: whole(
      1_000,
      [100, 600_000],
      "How often a worker shows that it lives. It learns of a rebalance by this, so a drained one is replaced the sooner.",
    ),
    rebalanceTimeoutMs: whole(
      30_000,
      [1_000, 1_800_000],
      "How long a rebalance waits for workers that finish their transactions.",
    ),
    transactionTimeoutMs: whole(
      60_000,
      [1_000, 900_000],
      "The broker ends a transaction that was left open for so long; readers of committed records wait meanwhile. Brokers allow 15 minutes at most.",
    ),
    fenceTimeoutMs: whole(
      30_000,
      [1_000, 900_000],
      "How long taking over a partition may take, ending a transaction that its last owner left open included.",
    ),
    commitTimeoutMs: whole(
      30_000,
      [1_000, 900_000],
      "How long a transaction may take before its outcome counts as unknown, and the partition is taken over again.",
    ),
    compression: choice(
      "none",
      ["none", "gzip"],
      "How mutations and published lines are compressed. gzip makes them 2.6 times smaller, and producing twice as slow.",
    ),
    fetchWaitMs: whole(
      250,
      [10, 30_000],
      "How long a broker waits for records before it answers with none. It delays a move to another offset, not records.",
    ),
    fetchBytes: whole(
      1024 * 1024,
      [64 * 1024, 256 * 1024 * 1024],
      "Bytes fetched of one partition at a time. A larger record is fetched all the same.",
    ),
    fetchBufferBytes: whole(
      4 * 1024 * 1024,
      [64 * 1024, 1024 * 1024 * 1024],
      "Bytes fetched ahead of one partition: so much memory each partition of each observer may take.",
    ),
  })
  .refine(({ heartbeatMs, sessionTimeoutMs }) => 3 * heartbeatMs <= sessionTimeoutMs, {
    path: ["heartbeatMs"],
    error: "it must be at most a third of kafka.sessionTimeoutMs, so that one that is late costs nothing",
    when: given("heartbeatMs", "sessionTimeoutMs"),
  })
  .prefault({});
