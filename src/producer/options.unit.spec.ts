import { describe, expect, it } from "vitest";
import { kafkaConfigOf } from "../client-options/index.ts";
import { ProducerOptionsError } from "./errors.ts";
import { createRolloutProducer } from "./lazy-producer.ts";
import { checkedOptions, type RolloutProducerOptions } from "./options.ts";

const REQUIRED = { brokers: ["127.0.0.1:9092"], schemaRegistryUrl: "http://127.0.0.1:8081" };

describe("the options of a producer", () => {
  it("have defaults, but for where the services are", () => {
    expect(checkedOptions(REQUIRED)).toEqual({
      ...REQUIRED,
      prefix: "thread-history",
      clientId: "thread-history",
      maxRecordBytes: 8_388_608,
      lingerMs: 10,
      batchBytes: 921_600,
      bufferBytes: 4_194_304,
      deliveryMs: 120_000,
      compression: "none",
    });
  });

  it.each<[object, string]>([
    [{ brokers: [] }, "brokers: "],
    [{ brokers: ["broker"] }, "brokers.0: it must be host:port"],
    [{ schemaRegistryUrl: "registry:8081" }, "schemaRegistryUrl: it must be an http or https URL"],
    [{ prefix: "a b" }, "prefix: it must have"],
    [{ clientId: "" }, "clientId: "],
    [{ tls: false }, "tls: it must be true, or"],
    [{ tls: { cert: "c" } }, "tls.key: a certificate needs its key"],
    [{ sasl: { mechanism: "gssapi" } }, "sasl.mechanism: "],
    [{ sasl: { mechanism: "plain", username: "u", password: 7 } }, "sasl.password: it must be a text, or a function"],
    [{ maxRecordBytes: 1 }, "maxRecordBytes: "],
    [{ lingerMs: -1 }, "lingerMs: "],
    [{ batchBytes: 0.5 }, "batchBytes: "],
    [{ bufferBytes: "1" }, "bufferBytes: "],
    [{ deliveryMs: Number.NaN }, "deliveryMs: "],
    [{ compression: "zstd" }, "compression: "],
    [{ log: "debug" }, "log: it must be a function"],
    [{ lingerMS: 1 }, "lingerMS"],
  ])("%j is refused by its name", (wrong, message) => {
    const options = { ...REQUIRED, ...wrong } as RolloutProducerOptions;
    expect(() => createRolloutProducer(options)).toThrow(ProducerOptionsError);
    expect(() => createRolloutProducer(options)).toThrow(message);
  });

  it("are told all at once when several are wrong", () => {
    const wrong = { ...REQUIRED, brokers: [], lingerMs: -1 };
    expect(() => createRolloutProducer(wrong)).toThrow(/brokers: .*; lingerMs: /);
  });

  it("ask for a secret whenever it is needed", () => {
    const secrets = ["first", "second"];
    const password = () => secrets.shift() ?? "";
    const { sasl } = kafkaConfigOf(
      checkedOptions({ ...REQUIRED, sasl: { mechanism: "scram-sha-512", username: "u", password } }),
    );
    if (sasl?.mechanism !== "scram-sha-512") throw new Error("not as it was given");
    expect([sasl.password(), sasl.password()]).toEqual(["first", "second"]);
  });
});
