import { describe, expect, it } from "vitest";
import { decodeEvent, eventOf, expectRejection, raw, specify } from "../../test/support/decoding.ts";

const IMAGE_END = {
  type: "image_generation_end",
  call_id: "c",
  status: "s",
  revised_prompt: "r",
  result: "x",
  transparent_background: true,
  failure: { type: "usageLimitExceeded", limitId: "l", resetsAt: 1 },
  saved_path: "/b/../c",
  generation_id: "g",
  input_images: [{ path: "/i", sha256: "h" }],
};

specify("rollout-format §4: image_generation_end", {
  decode: decodeEvent,
  read: (line) => {
    const { inputImages: _, ...event } = eventOf(line) as { inputImages?: unknown };
    return event;
  },
  example: IMAGE_END,
  reads: {
    type: "image_generation_end",
    callId: "c",
    status: "s",
    revisedPrompt: "r",
    image: { result: "x" },
    transparentBackground: true,
    failure: { type: "usageLimitExceeded", limitId: "l", resetsAt: 1 },
    savedPath: "/c",
    generationId: "g",
  },
  fields: {
    call_id: "! text",
    status: "! text",
    revised_prompt: "? text",
    result: "! text as image",
    transparent_background: "? flag",
    failure: "? object",
    saved_path: "? absolute",
    generation_id: "? text",
  },
});

describe("rollout-format §4: image_generation_end", () => {
  const decode = (members: object) => decodeEvent({ ...IMAGE_END, ...members });

  it.each([{ result: "x" }, { result: 5 }, { result: undefined }])("a fileId wins over %j", (members) =>
    expect(eventOf(decode({ ...members, fileId: "f" }))).toMatchObject({ image: { fileId: "f" } }),
  );

  it.each([{ fileId: 5 }, { fileId: null }, { file_id: "f" }])("%j is no file", (members) =>
    expect(eventOf(decode(members))).toMatchObject({ image: { result: "x" } }),
  );

  it.each(["x", [{}], [{ path: "/i" }], [{ path: "i", sha256: "h" }], ["x"]].map((value) => [value]))(
    "input_images are typed: refuses %j",
    (input_images) => expect(decode({ input_images }).outcome).toBe("rejected"),
  );

  it.each([
    [{}, "missing-field", "type"],
    [{ type: "zz" }, "unknown-value", "type"],
    [{ type: "usageLimitExceeded" }, "missing-field", "limitId"],
    [{ type: "usageLimitExceeded", limitId: "l", resetsAt: "x" }, "wrong-type", "resetsAt"],
  ])("failure refuses %j", (failure, reason, field) => expectRejection(decode({ failure }), reason, field));
});

describe("rollout-format §4, §1: context_compacted", () => {
  it("has no field", () =>
    expect(eventOf(decodeEvent({ type: "context_compacted" }))).toEqual({ type: "context_compacted" }));

  it.each([{ zz: 1 }, { zz: null }, { turn_id: "t" }])("refuses every key besides its type: %j", (members) =>
    expectRejection(decodeEvent({ type: "context_compacted", ...members }), "unknown-value", "payload"),
  );
});

specify("rollout-format §4: entered_review_mode", {
  decode: decodeEvent,
  example: {
    type: "entered_review_mode",
    target: { type: "uncommittedChanges", zz: 1 },
    user_facing_hint: "h",
    item_id: "i",
    turn_id: "",
  },
  reads: { type: "entered_review_mode", userFacingHint: "h", itemId: "i", turnId: "" },
  fields: { target: "! object unread", user_facing_hint: "? text", item_id: "? text", turn_id: "? text" },
});

describe("rollout-format §4: entered_review_mode: target", () => {
  const decode = (target: object) => decodeEvent({ type: "entered_review_mode", target });

  it.each([
    { type: "uncommittedChanges" },
    { type: "baseBranch", branch: "b" },
    { type: "commit", sha: "s", title: "t" },
    { type: "commit", sha: "s", title: null },
    { type: "commit", sha: "s" },
    { type: "custom", instructions: "i" },
  ])("accepts %j", (target) => expect(decode(target).outcome).toBe("event"));

  it.each([
    [{ type: "uncommitted_changes" }, "unknown-value", "type"],
    [{ branch: "b" }, "missing-field", "type"],
    [{ type: "baseBranch" }, "missing-field", "branch"],
    [{ type: "baseBranch", branch: null }, "wrong-type", "branch"],
    [{ type: "commit", title: "t" }, "missing-field", "sha"],
    [{ type: "commit", sha: "s", title: 5 }, "wrong-type", "title"],
    [{ type: "custom" }, "missing-field", "instructions"],
  ])("refuses %j", (target, reason, field) => expectRejection(decode(target), reason, field));
});

const FINDING = {
  title: "t",
  body: "b",
  confidence_score: 0.5,
  priority: -1,
  code_location: { absolute_file_path: "x/../y", line_range: { start: 2, end: 1 } },
};
const READ_FINDING = { title: "t", body: "b", absoluteFilePath: "x/../y", start: 2, end: 1 };
const OUTPUT = {
  findings: [FINDING],
  overall_correctness: "c",
  overall_explanation: "e",
  overall_confidence_score: raw("1e39"),
};

specify("rollout-format §4: exited_review_mode", {
  decode: decodeEvent,
  example: { type: "exited_review_mode", review_output: OUTPUT, item_id: "i", turn_id: "t" },
  reads: {
    type: "exited_review_mode",
    reviewOutput: { overallExplanation: "e", findings: [READ_FINDING] },
    itemId: "i",
    turnId: "t",
  },
  fields: { review_output: "? object", item_id: "? text", turn_id: "? text" },
});

const exit = (review_output: unknown) => decodeEvent({ type: "exited_review_mode", review_output });
const outputOf = (line: Parameters<typeof eventOf>[0]) =>
  (eventOf(line) as { reviewOutput?: { findings: unknown[] } }).reviewOutput;

specify("rollout-format §4: exited_review_mode: review_output", {
  decode: exit,
  read: outputOf,
  example: OUTPUT,
  reads: { overallExplanation: "e", findings: [READ_FINDING] },
  fields: {
    findings: "! list",
    overall_correctness: "! text unread",
    overall_explanation: "! text",
    overall_confidence_score: "! number unread",
  },
});

specify("rollout-format §4: exited_review_mode: a finding", {
  decode: (finding) => exit({ ...OUTPUT, findings: [finding] }),
  read: (line) => outputOf(line)?.findings[0],
  example: FINDING,
  reads: READ_FINDING,
  fields: {
    title: "! text",
    body: "! text",
    confidence_score: "! number unread",
    priority: "! int32 unread",
    code_location: "! object unread",
  },
});

describe("rollout-format §4: exited_review_mode: where a finding is", () => {
  const decode = (code_location: object) => exit({ ...OUTPUT, findings: [{ ...FINDING, code_location }] });

  it.each([
    [{ line_range: { start: 0, end: 0 } }, "missing-field", "absolute_file_path"],
    [{ absolute_file_path: 5, line_range: { start: 0, end: 0 } }, "wrong-type", "absolute_file_path"],
    [{ absolute_file_path: "" }, "missing-field", "line_range"],
    [{ absolute_file_path: "", line_range: { start: 0 } }, "missing-field", "end"],
    [{ absolute_file_path: "", line_range: { end: 0 } }, "missing-field", "start"],
    [{ absolute_file_path: "", line_range: { start: -1, end: 0 } }, "wrong-type", "start"],
    [{ absolute_file_path: "", line_range: { start: 0, end: 4294967296 } }, "wrong-type", "end"],
  ])("refuses %j", (location, reason, field) => expectRejection(decode(location), reason, field));

  it("a confidence that no double holds is refused", () =>
    expectRejection(
      exit({ ...OUTPUT, overall_confidence_score: raw("1e400") }),
      "wrong-type",
      "overall_confidence_score",
    ));
});
