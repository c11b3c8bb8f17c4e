import { describe, expect, it } from "vitest";
import { LineLabeller } from "./line-labels.ts";

const labeller = new LineLabeller();
const UNREADABLE = { kind: "", eventType: null };

describe("the labels of a line", () => {
  it.each([
    {
      what: "an event message",
      line: '{"timestamp":"t","type":"event_msg","payload":{"type":"task_started","turn_id":"x"}}',
      labels: { kind: "event_msg", eventType: "task_started" },
    },
    {
      what: "members in another order",
      line: '{"payload":{"a":{"type":"no"},"type":"error"},"type":"event_msg"}',
      labels: { kind: "event_msg", eventType: "error" },
    },
    {
      what: "no event message: its payload's type is not told",
      line: '{"type":"response_item","payload":{"type":"message"}}',
      labels: { kind: "response_item", eventType: null },
    },
    {
      what: "repeated keys: the last one counts, as for whoever parses the line",
      line: '{"type":"a","payload":{"type":"x"},"type":"event_msg","payload":{"type":"y","type":"z"}}',
      labels: { kind: "event_msg", eventType: "z" },
    },
    {
      what: "escapes",
      line: '{"type":"event\\u005fmsg","payload":{"type":"\\u0065rror"}}',
      labels: { kind: "event_msg", eventType: "error" },
    },
    {
      what: "a type that is no text",
      line: '{"type":"event_msg","payload":{"type":1}}',
      labels: { kind: "event_msg", eventType: null },
    },
    {
      what: "a payload that is no object",
      line: '{"type":"event_msg","payload":7}',
      labels: { kind: "event_msg", eventType: null },
    },
    { what: "no payload", line: '{"type":"event_msg"}', labels: { kind: "event_msg", eventType: null } },
    { what: "no type", line: '{"payload":{}}', labels: UNREADABLE },
    { what: "no object", line: '["type"]', labels: UNREADABLE },
    { what: "no JSON", line: '{"type":"event_msg",', labels: UNREADABLE },
    { what: "nothing", line: "", labels: UNREADABLE },
  ])("of $what", ({ line, labels }) => {
    expect(labeller.labelsOf(Buffer.from(line))).toEqual(labels);
  });

  it("of bytes that are not UTF-8", () => {
    expect(labeller.labelsOf(Buffer.from([0x7b, 0xff, 0x7d]))).toEqual(UNREADABLE);
  });
});
