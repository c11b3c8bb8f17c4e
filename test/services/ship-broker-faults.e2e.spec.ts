import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { servicesEnv } from "./support/deployment.ts";
import { Door } from "./support/door.ts";
import { OwnKafka } from "./support/own-kafka.ts";
import { AGAIN, complaints, ShippedFolder } from "./support/shipped-folder.ts";

describe("a broker", async () => {
  const door = await Door.made();
  const kafka = await OwnKafka.prepared({
    "advertised.listeners": `PLAINTEXT://${door.address}`,
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "allow.everyone.if.no.acl.found": "true",
  });
  const env = { ...servicesEnv(), KAFKA_BROKERS: door.address };
  const refused = `Kafka at ${door.address} (environment variable KAFKA_BROKERS) cannot be used: connection refused: is it running there? (its address is set by KAFKA_BROKERS, --kafka-brokers, or kafka.brokers in the configuration file)`;
  afterAll(async () => {
    await door[Symbol.asyncDispose]();
    await kafka[Symbol.asyncDispose]();
  });

  describe("and `ship`", () => {
    const folder = new ShippedFolder(env);

    it("that cannot be reached ends `--once`, with where it was looked for; without `--once` it is waited for", async () => {
      const started = kafka.start();
      folder.write(3);
      const ship = folder.follow();

      expect(await folder.once()).toEqual({ code: 1, stdout: "", stderr: complaints(refused) });
      await ship.says(refused + AGAIN);
      await door.open(kafka.address);
      await started;
      await folder.deployment.setUp();
      await ship.says("shipped 1 file: 3 lines");
      await folder.arrived();

      expect(await ship.drain()).toBe(0);
    });

    it("that cannot be reached for longer than `ship.deliveryMs`: it says so, and goes on from where it was", async () => {
      const ship = folder.follow({ THREAD_HISTORY_SHIP_DELIVERY_MS: "1000" });
      await ship.says("follows what comes");
      await door.shut();
      folder.write(5);
      await ship.says(
        /5 records for .* were not acknowledged: Connection error: .*; tries again in 1 s, from where it was/,
      );

      await door.open(kafka.address);
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
  });

  describe("that lets this user", () => {
    const folder = new ShippedFolder(env);
    const lacking = `${folder.topic}: this user has not all rights that it needs: give it Describe, DescribeConfigs (for max.message.bytes), Write, and Read (for positions that were lost) on the topic`;
    const unwritten = /3 records for .* were not acknowledged: .*: give this user the right to write to the topic; /;
    beforeAll(() => folder.deployment.setUp());

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
});
