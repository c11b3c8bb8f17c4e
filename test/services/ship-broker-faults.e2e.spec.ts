import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { servicesEnv } from "./support/deployment.ts";
import { OwnKafka } from "./support/own-kafka.ts";
import { AGAIN, complaints, ShippedFolder } from "./support/shipped-folder.ts";

describe("a broker", async () => {
  const kafka = await OwnKafka.prepared();
  const folder = new ShippedFolder({ ...servicesEnv(), KAFKA_BROKERS: kafka.address });
  const refused = `Kafka at ${kafka.address} (environment variable KAFKA_BROKERS) cannot be used: connection refused: is it running there? (its address is set by KAFKA_BROKERS, --kafka-brokers, or kafka.brokers in the configuration file)`;
  afterAll(() => kafka[Symbol.asyncDispose]());

  it("that is not there ends `--once`, with where it was looked for", async () => {
    folder.write(3);

    expect(await folder.once()).toEqual({ code: 1, stdout: "", stderr: complaints(refused) });
  });

  it("that is not there is waited for", async () => {
    const ship = folder.follow();
    await ship.says(refused + AGAIN);

    await kafka.start();
    await folder.deployment.setUp();
    await ship.says("shipped 1 file: 3 lines");
    await folder.arrived();

    expect(await ship.drain()).toBe(0);
  });

  it("that crashes and comes back within `ship.deliveryMs`: each line goes once, and nothing is said", async () => {
    const ship = folder.follow();
    await ship.says("follows what comes");
    const before = ship.stderr;
    folder.write(5);
    await kafka.stop("SIGKILL");
    folder.write(5);

    await kafka.start();
    await folder.arrived();

    expect(await ship.drain()).toBe(0);
    expect(ship.stderr).toBe(before);
  });

  it("that is away for longer: it says so, and goes on from where it was", async () => {
    const ship = folder.follow({ THREAD_HISTORY_SHIP_DELIVERY_MS: "1000" });
    await ship.says("follows what comes");
    await kafka.stop("SIGKILL");
    folder.write(5);
    await ship.says(
      /5 records for .* were not acknowledged: Connection error: .*; tries again in 1 s, from where it was/,
    );
    await ship.says(`${refused}; tries again in 2 s`);

    await kafka.start();
    await folder.arrived();

    expect(await ship.drain()).toBe(0);
  });
});

describe("a broker that lets this user", async () => {
  const kafka = await OwnKafka.prepared({
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
  });
  const folder = new ShippedFolder({ ...servicesEnv(), KAFKA_BROKERS: kafka.address });
  const lacking = `${folder.topic}: this user has not all rights that it needs: give it Describe, DescribeConfigs (for max.message.bytes), Write, and Read (for positions that were lost) on the topic`;
  const unwritten = /3 records for .* were not acknowledged: .*: give this user the right to write to the topic; /;
  beforeAll(async () => {
    await kafka.start();
    await folder.deployment.setUp();
  });
  afterAll(() => kafka[Symbol.asyncDispose]());

  it("not write to the topic any more: it says which right is missing, and waits for it", async () => {
    const ship = folder.follow();
    await ship.says("follows what comes");
    await folder.allow("describe", "read", "describe-configs");
    folder.write(3);
    await ship.says(unwritten);

    await folder.allow("describe", "read", "describe-configs", "write");
    await folder.arrived();

    expect(await ship.drain()).toBe(0);
  });

  it("not write to the topic: `--once` ends, with which right is missing", async () => {
    await folder.allow("describe", "read", "describe-configs");
    folder.write(3);

    const { code, stdout, stderr } = await folder.once();

    expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
    expect(stderr).toMatch(unwritten);
  });

  it("not look at the topic: `--once` ends, with all rights that it needs", async () => {
    await folder.allow("write");

    expect(await folder.once()).toEqual({ code: 1, stdout: "", stderr: complaints(lacking) });
  });

  it("see everything again: nothing is missing", async () => {
    await folder.allow("all");

    expect(await folder.once()).toMatchObject({ code: 0, stderr: "" });

    await folder.arrived();
  });
});
