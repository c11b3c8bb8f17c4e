import { logLevel } from "kafkajs";
import { expect, it } from "vitest";
import { hasType } from "./kafka-errors.ts";
import { routedLog } from "./log-routing.ts";

function routed(level: logLevel, message: string, extra: object = {}) {
  const lines: unknown[] = [];
  const log = routedLog((...line) => lines.push(line))(logLevel.INFO);
  log({ namespace: "Part", level, label: "", log: { timestamp: "now", logger: "kafkajs", message, ...extra } });
  return lines[0];
}

it.each([
  { level: logLevel.ERROR, message: "Crash", expected: "error" },
  { level: logLevel.WARN, message: "Watch out", expected: "warn" },
  { level: logLevel.INFO, message: "Stopped", expected: "info" },
  {
    level: logLevel.WARN,
    message: "Limiting retries for the idempotent producer may invalidate EoS guarantees",
    expected: "debug",
  },
])("$message is logged as $expected", ({ level, message, expected }) => {
  expect(routed(level, message, { groupId: "g" })).toEqual([expected, message, { groupId: "g", part: "Part" }]);
});

it("does not take the end of the transaction before for a failure, wherever kafkajs says it", () => {
  const error =
    "The producer attempted to update a transaction while another concurrent operation on the same transaction was ongoing";

  expect(routed(logLevel.ERROR, "Response AddPartitionsToTxn", { error })).toMatchObject([
    "debug",
    expect.anything(),
    {},
  ]);
  expect(routed(logLevel.ERROR, `Failed to send messages: ${error}`)).toMatchObject(["debug", expect.anything(), {}]);
});

it("finds the type of a protocol error among its causes, also when they go in a circle", () => {
  const protocol = Object.assign(new Error("fenced"), { type: "PRODUCER_FENCED" });
  const circle = new Error("circle");
  circle.cause = circle;

  expect(hasType(new Error("wrapped", { cause: protocol }), "PRODUCER_FENCED")).toBe(true);
  expect(hasType(circle, "PRODUCER_FENCED")).toBe(false);
  expect(hasType("not an error", "PRODUCER_FENCED")).toBe(false);
});
