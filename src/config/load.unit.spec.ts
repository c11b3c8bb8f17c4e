import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { DEFAULT_WORKER_OPTIONS } from "../worker/index.ts";
import { type Config, type ConfigSources, loadConfig, type Problem } from "./index.ts";

interface Given {
  readonly yaml?: string;
  readonly environment?: ConfigSources["environment"];
  readonly flags?: ConfigSources["flags"];
}

function load({ yaml, environment = {}, flags = [] }: Given) {
  if (yaml === undefined) return loadConfig({ environment, flags });
  const folder = mkdtempSync(join(tmpdir(), "thread-history-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "th.yaml");
  writeFileSync(file, yaml);
  return loadConfig({ file, environment, flags });
}

function configOf(given: Given): Config {
  const loaded = load(given);
  if (loaded.outcome === "problems") throw new Error(JSON.stringify(loaded.problems));
  return loaded.config;
}

/** `name (origin): message`, with the folder of the file left out. */
function problemsOf(given: Given): string[] {
  const loaded = load(given);
  const told = ({ name, origin, message }: Problem): string =>
    `${name} (${origin}): ${message}`.replaceAll(/\/\S*\/th\.yaml/g, "th.yaml");
  return loaded.outcome === "problems" ? loaded.problems.map(told) : [];
}

describe("a configuration", () => {
  it("is complete when nothing is given", () => {
    const config = configOf({});

    expect(config.prefix).toBe("thread-history");
    expect(config.kafka).toMatchObject({ brokers: [], sessionTimeoutMs: 6_000, heartbeatMs: 1_000 });
    expect(config.worker).toMatchObject({
      observers: ["thread-item", "turn-summary", "lifecycle"],
      watchdogMs: 30_000,
    });
  });

  it("has every option of the workers, with the worker's own default", () => {
    expect(configOf({}).worker).toMatchObject({ ...DEFAULT_WORKER_OPTIONS });
  });

  it("takes defaults, overridden by the file, by the environment, by flags", () => {
    const yaml = "prefix: from-file\nlog: { level: debug }\nhttp: { port: 1 }\n";
    const environment = { THREAD_HISTORY_PREFIX: "from-environment", THREAD_HISTORY_HTTP_PORT: "2" };
    const flags = [{ flag: "--prefix", name: "prefix", value: "from-flag" }];

    const { prefix, http, log, topics } = configOf({ yaml, environment, flags });

    expect({ prefix, port: http.port, level: log.level, partitions: topics.partitions }).toEqual({
      prefix: "from-flag",
      port: 2,
      level: "debug",
      partitions: 12,
    });
  });

  it("knows where each value came from", () => {
    const loaded = load({
      yaml: "kafka:\n  heartbeatMs: 500\n",
      environment: { REDIS_URL: "redis://r:6379" },
      flags: [{ flag: "--prefix", name: "prefix", value: "p" }],
    });

    const origins = loaded.outcome === "config" ? loaded.origins : new Map();
    expect(origins.get("kafka.heartbeatMs")).toMatch(/th\.yaml line 2$/);
    expect(origins.get("redis.url")).toBe("environment variable REDIS_URL");
    expect(origins.get("prefix")).toBe("flag --prefix");
    expect(origins.get("http.port")).toBe("default");
  });

  it.each<{ what: string; given: Given; expected: object }>([
    {
      what: "a list with commas in the environment",
      given: { environment: { KAFKA_BROKERS: "a:9092, b:9093," } },
      expected: { kafka: { brokers: ["a:9092", "b:9093"] } },
    },
    {
      what: "a list in YAML",
      given: { yaml: "kafka: { brokers: ['[::1]:9092'] }" },
      expected: { kafka: { brokers: ["[::1]:9092"] } },
    },
    {
      what: "observers in their own order, each once",
      given: {
        flags: [{ flag: "--observer", name: "worker.observers", value: ["lifecycle", "thread-item", "lifecycle"] }],
      },
      expected: { worker: { observers: ["thread-item", "lifecycle"] } },
    },
    {
      what: "true and false as texts",
      given: {
        environment: { THREAD_HISTORY_KAFKA_TLS_ENABLED: "true", THREAD_HISTORY_REDIS_REQUIRE_NO_EVICTION: "false" },
      },
      expected: { kafka: { tls: { enabled: true } }, redis: { requireNoEviction: false } },
    },
    {
      what: "a variable that is empty as absent",
      given: { environment: { REDIS_URL: "", THREAD_HISTORY_HTTP_PORT: "" } },
      expected: { redis: { url: null }, http: { port: 9464 } },
    },
    {
      what: "a key without a value as absent",
      given: { yaml: "prefix:\nkafka:\n  # brokers: [a:1]\n" },
      expected: { prefix: "thread-history", kafka: { brokers: [] } },
    },
    { what: "an empty file", given: { yaml: "" }, expected: { prefix: "thread-history" } },
    {
      what: "variables that Kubernetes makes of a Service",
      given: {
        environment: {
          THREAD_HISTORY_SERVICE_HOST: "10.0.0.1",
          THREAD_HISTORY_SERVICE_PORT_HTTP: "9464",
          THREAD_HISTORY_PORT: "tcp://10.0.0.1:9464",
          THREAD_HISTORY_PORT_9464_TCP_ADDR: "10.0.0.1",
        },
      },
      expected: { prefix: "thread-history" },
    },
  ])("takes $what", ({ given, expected }) => {
    expect(configOf(given)).toMatchObject(expected);
  });
});

describe("what is wrong with a configuration", () => {
  it("is told all at once, with name, origin, and what is allowed", () => {
    const yaml = "prefix: a/b\nkafka:\n  brokerz: [a:1]\n  heartbeatMs: soon\n";
    const environment = { THREAD_HISTORY_HTTP_PORT: "70000", THREAD_HISTORY_PREFX: "p" };
    const flags = [{ flag: "--set", name: "log.levle", value: "info" }];

    expect(problemsOf({ yaml, environment, flags })).toEqual([
      "kafka.brokerz (th.yaml line 3): no such setting; did you mean kafka.brokers?",
      "THREAD_HISTORY_PREFX (environment): no such variable; did you mean THREAD_HISTORY_PREFIX?",
      "log.levle (flag --set): no such setting; did you mean log.level?",
      "prefix (th.yaml line 1): a/b is not allowed: it must be 1 to 200 letters, digits, dots, underscores and hyphens, not beginning with a dot",
      "kafka.heartbeatMs (th.yaml line 4): soon is not allowed: it must be a whole number from 100 to 600,000",
      "http.port (environment variable THREAD_HISTORY_HTTP_PORT): 70000 is not allowed: it must be a whole number from 0 to 65,535",
    ]);
  });

  it.each<{ given: Given; says: string }>([
    {
      given: { environment: { KAFKA_BROKERS: "a" } },
      says: "kafka.brokers (environment variable KAFKA_BROKERS): a is not allowed: it must be a list of host:port",
    },
    {
      given: { environment: { KAFKA_BROKERS: "a,b" } },
      says: "kafka.brokers (environment variable KAFKA_BROKERS): a,b is not allowed: it must be a list of host:port",
    },
    {
      given: { yaml: "worker: { observers: [] }" },
      says: "worker.observers (th.yaml line 1): (none) is not allowed: it must be one or more of thread-item, turn-summary, lifecycle",
    },
    {
      given: { yaml: "http: { port: 1.5 }" },
      says: "http.port (th.yaml line 1): 1.5 is not allowed: it must be a whole number from 0 to 65,535",
    },
    { given: { yaml: "http: 9464" }, says: "http (th.yaml line 1): it holds settings of its own: host, port" },
    {
      given: { yaml: "prefix: { a: 1 }" },
      says: 'prefix (th.yaml line 1): {"a":1} is not allowed: it must be 1 to 200 letters, digits, dots, underscores and hyphens, not beginning with a dot',
    },
    { given: { yaml: "prefix: a\nprefix: b" }, says: "th.yaml (line 2): not valid YAML: Map keys must be unique" },
    { given: { yaml: "- a" }, says: "th.yaml (file): it must hold settings, such as `prefix: thread-history`" },
    { given: { yaml: "entirely: else" }, says: "entirely (th.yaml line 1): no such setting" },
    {
      given: { environment: { REDIS_URL: "http://user:hidden@r" } },
      says: "redis.url (environment variable REDIS_URL): http://user:****@r is not allowed: it must be a URL that begins with redis:// or rediss://",
    },
    {
      given: { yaml: "kafka: { heartbeatMs: 4000 }" },
      says: "kafka.heartbeatMs (th.yaml line 1): 4000: it must be at most a third of kafka.sessionTimeoutMs, so that one that is late costs nothing",
    },
    {
      given: { yaml: "kafka: { sasl: { mechanism: plain, passwordFile: f } }" },
      says: "kafka.sasl.username (default): (not set): plain and scram need it",
    },
    {
      given: { yaml: "kafka: { tls: { caFile: f } }" },
      says: "kafka.tls.enabled (default): false: certificates are set, so it must be true",
    },
    {
      given: { yaml: "redis: { url: 'redis://r', cluster: [r:1] }" },
      says: "redis.url (th.yaml line 1): redis://r: only one of url, sentinels and cluster can be set",
    },
    {
      given: { yaml: "topics: { maxMessageBytes: 1000000 }" },
      says: "worker.maxRecordBytes (default): 8388608: it must be less than topics.maxMessageBytes, which holds the envelope too",
    },
  ])("$says", ({ given, says }) => {
    expect(problemsOf(given)).toContain(says);
  });

  it("a rule between settings is examined although others are wrong", () => {
    const told = problemsOf({ yaml: "nonsense: 1\nhttp: { port: x }\nkafka: { heartbeatMs: 4000, clientId: 7 }\n" });

    expect(told.map((line) => line.split(" ", 1)[0])).toEqual([
      "nonsense",
      "kafka.clientId",
      "kafka.heartbeatMs",
      "http.port",
    ]);
  });

  it("names a file that is not there, and who asked for it", () => {
    expect(loadConfig({ environment: { THREAD_HISTORY_CONFIG: "/none.yaml" }, flags: [] })).toEqual({
      outcome: "problems",
      problems: [
        {
          name: "/none.yaml",
          origin: "environment variable THREAD_HISTORY_CONFIG",
          message: "the configuration file cannot be read: ENOENT: no such file or directory, open '/none.yaml'",
        },
      ],
    });
  });
});
