import { describe, expect, it } from "vitest";
import { event, execEnd, itemTexts, legacy, mcpEnd, started, user } from "../../../test/support/story.ts";

/** The item that this event makes in an open turn, as it is published. */
function itemOf(type: string, fields: object): unknown {
  return shown(event(type, { ...fields }));
}

function shown(line: ReturnType<typeof event>): unknown {
  const [text] = itemTexts(legacy(started("a"), line)).values();
  return text === undefined ? undefined : JSON.parse(text);
}

describe("userMessage (reduction §8, §12)", () => {
  const content = (fields: object) =>
    (itemOf("user_message", { message: "", ...fields }) as { content: unknown }).content;

  it("lists text, images, files, local images, audio and local audio in this order", () => {
    const found = content({
      message: "hi",
      images: ["u"],
      file_ids: ["f"],
      local_images: ["p"],
      audio: ["s"],
      local_audio: ["t"],
    });
    expect(found).toEqual([
      { type: "text", text: "hi", text_elements: [] },
      { type: "image", url: "u", detail: null },
      { type: "image", fileId: "f", detail: null },
      { type: "localImage", detail: null, path: "p" },
      { type: "audio", url: "s" },
      { type: "localAudio", path: "t" },
    ]);
  });

  const image = (url: string) => ({ type: "image", url, detail: null });
  const file = (fileId: string) => ({ type: "image", fileId, detail: null });

  it.each([
    [
      ["inline", "file", "inline"],
      [image("u"), file("f"), image("v")],
    ],
    [
      ["file", "inline", "inline"],
      [file("f"), image("u"), image("v")],
    ],
    // One that does not account for exactly these is left aside.
    [[], [image("u"), image("v"), file("f")]],
    [
      ["file", "inline"],
      [image("u"), image("v"), file("f")],
    ],
    [
      ["file", "file", "inline"],
      [image("u"), image("v"), file("f")],
    ],
    [
      ["file", "inline", "inline", "inline"],
      [image("u"), image("v"), file("f")],
    ],
    [
      ["file", "file", "inline", "inline"],
      [image("u"), image("v"), file("f")],
    ],
  ])("puts images and files in the order that was recorded, %j", (image_order, found) => {
    expect(content({ images: ["u", "v"], file_ids: ["f"], image_order })).toEqual(found);
  });

  const sound = (url: string) => ({ type: "audio", url });
  const heard = (fileId: string) => ({ type: "audio", fileId });

  it.each([
    [
      ["file", "inline"],
      [heard("f"), sound("s")],
    ],
    // Without an order the references alone are shown.
    [[], [heard("f")]],
    [["inline", "inline"], [heard("f")]],
  ])("puts audio and its references in the order that was recorded, %j", (audio_order, found) => {
    expect(content({ audio: ["s"], audio_references: [{ file_id: "f" }], audio_order })).toEqual(found);
  });

  it("shows audio as it is where nothing is told of references, and none where an empty list is", () => {
    expect(content({ audio: ["s"], audio_order: ["inline"] })).toEqual([sound("s")]);
    expect(content({ audio: ["s"] })).toEqual([sound("s")]);
    expect(content({ audio: ["s"], audio_references: [] })).toEqual([]);
  });

  it("keeps a text untrimmed, with its elements", () => {
    const elements = [
      { byte_range: { start: 0, end: 2 }, placeholder: null },
      { byte_range: { start: 2, end: 3 }, placeholder: "x" },
    ];
    expect(content({ message: " hi ", text_elements: elements })).toEqual([
      {
        type: "text",
        text: " hi ",
        text_elements: [
          { byteRange: { start: 0, end: 2 }, placeholder: null },
          { byteRange: { start: 2, end: 3 }, placeholder: "x" },
        ],
      },
    ]);
  });

  it("leaves a blank text out, its elements too; the item appears all the same", () => {
    expect(content({ message: " \u0085\u2003", text_elements: [{ byte_range: { start: 0, end: 1 } }] })).toEqual([]);
    expect(content({ message: "\ufeff" })).toHaveLength(1);
  });

  it("gives each image the detail of its place, null when the list is shorter", () => {
    expect(content({ images: ["u", "v", "w"], image_details: ["high", null] })).toEqual([
      { type: "image", url: "u", detail: "high" },
      { type: "image", url: "v", detail: null },
      { type: "image", url: "w", detail: null },
    ]);
  });

  it("shows the client id", () => {
    expect(itemOf("user_message", { message: "x", client_id: "c" })).toMatchObject({ clientId: "c" });
    expect(shown(user("x"))).toMatchObject({ clientId: null });
  });
});

describe("agentMessage (reduction §8)", () => {
  it("makes an item of a blank text", () => {
    expect(itemOf("agent_message", { message: " " })).toMatchObject({ text: " " });
  });

  it("shows the threads of a memory citation", () => {
    const citation = { entries: [{ path: "p", lineStart: 1, lineEnd: 2, note: "n" }], rolloutIds: ["r"] };
    expect(itemOf("agent_message", { message: "x", memory_citation: citation, phase: "final_answer" })).toMatchObject({
      phase: "final_answer",
      memoryCitation: { entries: citation.entries, threadIds: ["r"] },
    });
  });
});

describe("commandExecution (reduction §8)", () => {
  it("takes the status from the event, not from the exit code", () => {
    expect(shown(execEnd("a", "c", { exit_code: 1 }))).toMatchObject({ status: "completed", exitCode: 1 });
    expect(shown(execEnd("a", "c", { status: "declined" }))).toMatchObject({ status: "declined", exitCode: 0 });
  });

  it("shows no output for an empty one, and whole milliseconds, rounded down", () => {
    expect(
      shown(execEnd("a", "c", { aggregated_output: "", duration: { secs: 1, nanos: 999_999_999 } })),
    ).toMatchObject({
      aggregatedOutput: null,
      durationMs: 1999,
    });
  });

  it.each([
    ["agent", "agent"],
    ["user_shell", "userShell"],
    ["unified_exec_startup", "unifiedExecStartup"],
    ["unified_exec_interaction", "unifiedExecInteraction"],
  ])("shows the source %s as %s", (source, found) => {
    expect(shown(execEnd("a", "c", { source }))).toMatchObject({ source: found });
  });

  const guarded = (fields: object, action: object = { type: "command", command: "ls", cwd: "/w" }) =>
    itemOf("guardian_assessment", {
      id: "g",
      target_item_id: "t",
      status: "denied",
      ...fields,
      action: { source: "shell", ...action },
    });

  it.each([
    ["in_progress", "inProgress"],
    ["denied", "declined"],
    ["aborted", "declined"],
    ["timed_out", "failed"],
  ])("shows a guardian's %s as %s", (status, found) => {
    expect(guarded({ status })).toMatchObject({
      id: "t",
      status: found,
      source: "agent",
      processId: null,
      exitCode: null,
    });
  });

  it.each([
    ["it approves", { status: "approved" }, undefined],
    ["it names no item", { target_item_id: null }, undefined],
    ["its action is no command", {}, { type: "network_access" }],
  ])("makes no item of a guardian's assessment when %s", (_when, fields, action) => {
    expect(guarded(fields, action)).toBeUndefined();
  });

  it("shows a guardian's command as given, with one unknown action of the same text", () => {
    expect(guarded({})).toMatchObject({ command: "ls", commandActions: [{ type: "unknown", command: "ls" }] });
  });

  it.each([
    [["ls", "-l"], "/bin/ls -l"],
    [[], "/bin/ls"],
  ])("puts the program in the place of the first of argv %j", (argv, command) => {
    expect(guarded({}, { type: "execve", program: "/bin/ls", argv, cwd: "/w" })).toMatchObject({ command });
  });
});

describe("fileChange (reduction §8)", () => {
  const changesOf = (changes: object) =>
    (
      itemOf("patch_apply_end", {
        call_id: "p",
        stdout: "",
        stderr: "",
        success: true,
        status: "completed",
        changes,
      }) as { changes: unknown }
    ).changes;

  it("sorts paths by code point, not by UTF-16 unit", () => {
    const add = { type: "add", content: "" };
    expect(changesOf({ "/\u{1f600}": add, "/\uffee": add, "/a": add })).toMatchObject([
      { path: "/a" },
      { path: "/\uffee" },
      { path: "/\u{1f600}" },
    ]);
  });

  it("shows an update with its diff, and where the file was moved, an empty path too", () => {
    const update = { type: "update", unified_diff: "@@" };
    expect(changesOf({ a: update, b: { ...update, move_path: "c" }, d: { ...update, move_path: "" } })).toEqual([
      { path: "a", kind: { type: "update", move_path: null }, diff: "@@" },
      { path: "b", kind: { type: "update", move_path: "c" }, diff: "@@\n\nMoved to: c" },
      { path: "d", kind: { type: "update", move_path: "" }, diff: "@@\n\nMoved to: " },
    ]);
  });
});

describe("mcpToolCall and dynamicToolCall (reduction §8)", () => {
  const end = (result: object) =>
    itemOf("mcp_tool_call_end", {
      call_id: "c",
      invocation: { server: "s", tool: "t" },
      duration: { secs: 0, nanos: 1_999_999 },
      result,
    });

  it("shows an answer, failed when it is marked as an error, and keeps it then", () => {
    expect(end({ Ok: { content: [1] } })).toMatchObject({
      status: "completed",
      result: { content: [1], structuredContent: null, _meta: null },
      error: null,
      durationMs: 1,
    });
    expect(end({ Ok: { content: [1], isError: true } })).toMatchObject({ status: "failed", result: { content: [1] } });
  });

  it("shows an error's message", () => {
    expect(end({ Err: "no" })).toMatchObject({ status: "failed", result: null, error: { message: "no" } });
  });

  it("shows null for absent arguments, and leaves out an absent resource", () => {
    expect(shown(mcpEnd("c", undefined))).toMatchObject({ arguments: null });
    expect(shown(mcpEnd("c"))).not.toHaveProperty("mcpAppResourceUri");
  });

  it.each([
    [true, "completed"],
    [false, "failed"],
  ])("ends a dynamic call with success %j as %s, with its content, be it empty", (success, status) => {
    const response = {
      call_id: "c",
      turn_id: "a",
      tool: "t",
      arguments: null,
      content_items: [],
      success,
      duration: { secs: 1, nanos: 0 },
    };
    expect(itemOf("dynamic_tool_call_response", response)).toMatchObject({
      status,
      success,
      contentItems: [],
      durationMs: 1000,
    });
  });
});

describe("webSearch, images and reviews (reduction §8, §12)", () => {
  it.each([
    [
      { type: "search", queries: ["a"] },
      { type: "search", query: null, queries: ["a"] },
    ],
    [{ type: "open_page" }, { type: "openPage", url: null }],
    [
      { type: "find_in_page", url: "u" },
      { type: "findInPage", url: "u", pattern: null },
    ],
    [{ type: "new" }, { type: "other" }],
  ])("shows the action %j", (action, found) => {
    expect(itemOf("web_search_end", { call_id: "c", query: "q", action })).toMatchObject({ query: "q", action: found });
  });

  it("shows an image view's path, normalised", () => {
    expect(itemOf("view_image_tool_call", { call_id: "c", path: "/w/./x/../i.png" })).toMatchObject({
      path: "/w/i.png",
    });
  });

  it("asks for a review where no hint is given, and keeps an empty one", () => {
    const review = (fields: object) =>
      itemOf("entered_review_mode", { target: { type: "uncommittedChanges" }, ...fields });
    expect(review({})).toMatchObject({ review: "Review requested." });
    expect(review({ user_facing_hint: "" })).toMatchObject({ review: "" });
  });
});
