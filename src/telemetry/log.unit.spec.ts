import { describe, expect, it } from "vitest";
import { createLog, describeError } from "./index.ts";

describe("the log", () => {
  it("is JSON with a time, a level and a message", () => {
    const lines: string[] = [];
    createLog("info", { write: (line) => lines.push(line) }).info({ observer: "lifecycle" }, "said");

    expect(JSON.parse(lines[0] ?? "")).toEqual({
      level: "info",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string,
      pid: process.pid,
      observer: "lifecycle",
      message: "said",
    });
  });

  it("leaves out what is less important than its level", () => {
    const lines: string[] = [];
    createLog("warn", { write: (line) => lines.push(line) }).info("unsaid");

    expect(lines).toEqual([]);
  });

  it("never shows what clients put into their errors", () => {
    const error = Object.assign(new Error("refused"), {
      code: "E",
      command: { args: ["AUTH", "hidden"] },
      value: "hidden",
    });

    expect(JSON.stringify(describeError(error))).not.toContain("hidden");
    expect(describeError(error)).toMatchObject({ type: "Error", message: "refused", code: "E" });
  });

  it("keeps causes, and ends where they go in a circle", () => {
    const error = new Error("a");
    error.cause = error;

    expect(describeError(error)).toMatchObject({ cause: { cause: { cause: { cause: { cause: { message: "a" } } } } } });
  });

  it("keeps the errors that one stands for", () => {
    const error = new AggregateError([new Error("a"), "b"], "all failed");

    expect(describeError(error).errors).toMatchObject([{ message: "a" }, { type: "string", message: "b" }]);
  });
});
