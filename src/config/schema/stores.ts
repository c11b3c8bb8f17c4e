import { z } from "zod";
import { flag, form, given, list, namedText, text, whole } from "../setting.ts";
import { tlsSchema } from "./kafka.ts";

export const redisSchema = z
  .strictObject({
    url: text(form.redisUrl, "One Redis server: redis://host:port/database; rediss:// is encrypted."),
    sentinels: list(form.hostPort, "Sentinels that know the server, in place of url."),
    sentinelName: text(form.any, "Name under which the sentinels know the server."),
    cluster: list(form.hostPort, "Some nodes of a Redis Cluster, in place of url."),
    username: text(form.any, "User of Redis' access control."),
    passwordFile: text(form.file, "File with the user's password."),
    tls: tlsSchema,
    keyPrefix: namedText(
      "",
      { pattern: /^[\x21-\x7a|~]{0,100}$/, allowed: "up to 100 printable characters other than { and }" },
      "Begins every key, before the prefix of this installation; for a Redis that others use too.",
    ),
    connectTimeoutMs: whole(10_000, [100, 300_000], "How long connecting may take."),
    commandTimeoutMs: whole(
      5_000,
      [100, 300_000],
      "A command not answered for so long counts as failed. The checkpoint store then counts as down, and is tried again.",
    ),
    requireNoEviction: flag(
      true,
      "Refuse a Redis that may evict keys: every eviction costs a rebuild. false where the policy cannot be read.",
    ),
  })
  .refine(
    (redis) => [redis.url !== null, redis.sentinels.length > 0, redis.cluster.length > 0].filter(Boolean).length <= 1,
    {
      path: ["url"],
      error: "only one of url, sentinels and cluster can be set",
      when: given("url", "sentinels", "cluster"),
    },
  )
  .refine(({ sentinels, sentinelName }) => sentinels.length > 0 === (sentinelName !== null), {
    path: ["sentinelName"],
    error: "sentinels and sentinelName go together: set both, or neither",
    when: given("sentinels", "sentinelName"),
  })
  .prefault({});

export const schemaRegistrySchema = z
  .strictObject({
    url: text(
      form.httpUrl,
      "Schema registry that speaks Confluent's API; http://user:password@host works, passwordFile is better.",
    ),
    username: text(form.any, "User, where the registry asks for one."),
    passwordFile: text(form.file, "File with the user's password."),
    caFile: text(form.file, "Certificates to trust, as PEM. Without it those that Node.js brings."),
  })
  .refine(({ username, passwordFile }) => (username === null) === (passwordFile === null), {
    path: ["passwordFile"],
    error: "username and passwordFile go together: set both, or neither",
    when: given("username", "passwordFile"),
  })
  .prefault({});
