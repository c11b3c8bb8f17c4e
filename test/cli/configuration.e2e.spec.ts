import { describe, expect, it } from "vitest";
import { folderWith, jsonLines, shell } from "../support/cli.ts";

/** Runs the command with these environment variables and no others, in a folder with these files. */
function clean(command: string, { env = "", files = {} }: { env?: string; files?: Record<string, string> } = {}) {
  return shell(`env -i PATH="$PATH" ${env} "$CLI" ${command}`, folderWith(files));
}

interface Shown {
  readonly name: string;
  readonly value: unknown;
  readonly origin: string;
}

describe("thread-history config show", () => {
  it("prints each value and where it came from, secrets masked", async () => {
    const run = await clean("config show --config th.yaml --prefix mine --set http.port=0", {
      env: "REDIS_URL=redis://user:hidden@r:6379 THREAD_HISTORY_WORKER_DRAIN_MS=5000",
      files: { "th.yaml": "kafka:\n  brokers: [a:9092, b:9092]\n" },
    });

    expect(run).toMatchObject({ code: 0, stderr: "" });
    const lines = run.stdout.split("\n").map((line) => line.split(/ {2,}/));
    expect(lines).toEqual(
      expect.arrayContaining([
        ["SETTING", "VALUE", "FROM"],
        ["prefix", "mine", "flag --prefix"],
        ["kafka.brokers", "a:9092, b:9092", "th.yaml line 2"],
        ["redis.url", "redis://user:****@r:6379", "environment variable REDIS_URL"],
        ["worker.drainMs", "5000", "environment variable THREAD_HISTORY_WORKER_DRAIN_MS"],
        ["http.port", "0", "flag --set"],
        ["topics.partitions", "12", "default"],
      ]),
    );
  });

  it("prints JSON, a setting each line", async () => {
    const run = await clean("config show --json", { env: "THREAD_HISTORY_CONFIG=th.yaml", files: { "th.yaml": "" } });

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(jsonLines<Shown>(run.stdout)).toContainEqual({ name: "http.port", value: 9464, origin: "default" });
  });
});

describe("a configuration with mistakes", () => {
  it("ends every command with exit code 2 and all of them", async () => {
    const run = await clean("topics check --config th.yaml --set log.levle=info", {
      env: "THREAD_HISTORY_HTTP_PORT=many",
      files: { "th.yaml": "prefx: a\n" },
    });

    expect(run).toEqual({
      code: 2,
      stdout: "",
      stderr: [
        "thread-history: the configuration has 3 mistakes (docs/configuration.md lists all settings)",
        "thread-history:   prefx (th.yaml line 1): no such setting; did you mean prefix?",
        "thread-history:   log.levle (flag --set): no such setting; did you mean log.level?",
        "thread-history:   http.port (environment variable THREAD_HISTORY_HTTP_PORT): many is not allowed: it must be a whole number from 0 to 65,535",
        "",
      ].join("\n"),
    });
  });

  it("never prints a password", async () => {
    const run = await clean("config show", { env: "REDIS_URL=http://user:hidden@r" });

    expect(run.code).toBe(2);
    expect(run.stderr).not.toContain("hidden");
  });

  it("names a secret's file that is not there", async () => {
    const sasl = "--set kafka.sasl.mechanism=plain --set kafka.sasl.username=u --set kafka.sasl.passwordFile=none";
    const run = await clean(`topics check --kafka-brokers a:1 ${sasl}`);

    expect(run.code).toBe(2);
    expect(run.stderr).toContain("kafka.sasl.passwordFile names a file that cannot be read: ENOENT");
  });
});

describe("a service that is missing", () => {
  const KAFKA = "set KAFKA_BROKERS, --kafka-brokers, or kafka.brokers in the configuration file";
  const REGISTRY = "set SCHEMA_REGISTRY_URL, --schema-registry-url, or schemaRegistry.url in the configuration file";
  const REDIS = "set REDIS_URL, --redis-url, or redis.url in the configuration file";

  it.each([
    { command: "topics create", missing: [`kafka.brokers is not set: ${KAFKA}`] },
    { command: "schemas check", missing: [`schemaRegistry.url is not set: ${REGISTRY}`] },
    { command: "replay --observer lifecycle --to earliest", missing: [`kafka.brokers is not set: ${KAFKA}`] },
    { command: "quarantined", missing: [`kafka.brokers is not set: ${KAFKA}`] },
    {
      command: "consume thread-items",
      missing: [`kafka.brokers is not set: ${KAFKA}`, `schemaRegistry.url is not set: ${REGISTRY}`],
    },
    {
      command: "worker",
      missing: [
        `kafka.brokers is not set: ${KAFKA}`,
        `redis.url is not set: ${REDIS}`,
        `schemaRegistry.url is not set: ${REGISTRY}`,
      ],
    },
  ])("is said before $command begins, with every way to set it", async ({ command, missing }) => {
    const run = await clean(command);

    expect(run).toEqual({ code: 2, stdout: "", stderr: missing.map((line) => `thread-history: ${line}\n`).join("") });
  });

  it("because nothing listens there is said with its address and where that came from", async () => {
    const run = await clean("topics check", { env: "KAFKA_BROKERS=127.0.0.1:1" });

    expect(run).toMatchObject({ code: 1, stdout: "" });
    expect(run.stderr).toContain(
      "thread-history: Kafka at 127.0.0.1:1 (environment variable KAFKA_BROKERS) cannot be used: connection refused: is it running there?",
    );
    expect(run.stderr).not.toMatch(/^\s+at /m);
  });
});

describe("thread-history, as it is called", () => {
  const COMMANDS = [
    ...["project", "ship", "worker", "consume", "topics", "schemas", "replay", "quarantined", "decide", "config"],
    ...["topics create", "topics check", "schemas check", "schemas register", "config show"],
  ];

  it.each(COMMANDS)("explains %s", async (command) => {
    const run = await clean(`${command} --help`);

    expect(run).toMatchObject({ code: 0, stderr: "" });
    expect(run.stdout).toMatch(new RegExp(`^Usage: thread-history ${command} `));
  });

  it.each([
    { args: "ship --order random", says: "Allowed choices are newest, oldest." },
    { args: "consume", says: "error: missing required argument 'topic'" },
    { args: "consume thread-items --from soon", says: "It must be earliest, latest, an offset, or a time such as" },
    {
      args: "consume thread-items --from 2026-13-01",
      says: "It must be earliest, latest, an offset, or a time such as",
    },
    { args: "consume thread-items --from latest", says: "error: --from latest is for --follow" },
    { args: "consume thread-items --partition -1", says: "It must be a whole number." },
    { args: "replay --observer lifecycle", says: "error: required option '--to <place>' not specified" },
    { args: "replay --to earliest", says: "error: required option '--observer <name>' not specified" },
    { args: "replay --observer lifecycle --to latest", says: "It must be earliest, an offset, or a time." },
    { args: "decide maybe --observer lifecycle --thread t --offset 1", says: "Allowed choices are skip, retry." },
    { args: "worker --observer all", says: "Allowed choices are thread-item, turn-summary, lifecycle." },
    { args: "worker --set port", says: "It must be NAME=VALUE, such as http.port=0." },
    { args: "topics frobnicate", says: "error: unknown command 'frobnicate'" },
  ])("refuses $args with exit code 2 and says why", async ({ args, says }) => {
    const run = await clean(args);

    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain(says);
  });

  it("refuses a topic that it does not know", async () => {
    const run = await clean("consume things --kafka-brokers a:1 --schema-registry-url http://a");

    expect(run).toMatchObject({ code: 2, stdout: "" });
    expect(run.stderr).toContain("there is no topic things: name one of rollout-events, thread-items, ");
  });
});
