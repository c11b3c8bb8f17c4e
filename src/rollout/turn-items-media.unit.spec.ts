import { describe, expect, it } from "vitest";
import { decodeItem, eventOf, expectRejection, itemOf, raw, specify, type Wire } from "../../test/support/decoding.ts";

const decode = (item: Wire) => decodeItem(item);
const read = itemOf;

specify("paginated §2: WebSearch", {
  decode,
  read,
  example: { type: "WebSearch", id: "i", query: "q", action: { type: "open_page", url: "u" }, results: [1] },
  reads: { type: "WebSearch", id: "i", query: "q", action: { type: "openPage", url: "u" }, results: raw("[1]") },
  fields: { id: "! text", query: "! text", action: "! object", results: "? list" },
});

specify("paginated §2: Extension web.search", {
  decode,
  read,
  example: {
    type: "Extension",
    kind: "web.search",
    id: "i",
    query: "q",
    action: { type: "findInPage", url: "u", pattern: "p" },
    results: [],
  },
  reads: {
    type: "WebSearch",
    id: "i",
    query: "q",
    action: { type: "findInPage", url: "u", pattern: "p" },
    results: raw("[]"),
  },
  fields: { id: "! text", query: "! text", action: "? object", results: "? list" },
});

describe("paginated §2: Extension web.search: action, in camelCase", () => {
  const decodeAction = (action: object) =>
    decodeItem({ type: "Extension", kind: "web.search", id: "i", query: "q", action });

  it.each([
    [
      { type: "search", query: "a" },
      { type: "search", query: "a", queries: null },
    ],
    [{ type: "openPage" }, { type: "openPage", url: null }],
    [{ type: "open_page", url: "u" }, { type: "other" }],
    [{ type: "zz" }, { type: "other" }],
  ])("%j reads as %j", (action, shown) => expect(itemOf(decodeAction(action))).toMatchObject({ action: shown }));

  it.each([
    [{}, "missing-field", "type"],
    [{ type: "openPage", url: 5 }, "wrong-type", "url"],
    [{ type: "search", queries: [5] }, "wrong-type", "queries"],
  ])("refuses %j", (action, reason, field) => expectRejection(decodeAction(action), reason, field));
});

specify("paginated §2: ImageView", {
  decode,
  read,
  example: { type: "ImageView", id: "i", path: "file:///a%C3%A9/x.png" },
  reads: { type: "ImageView", id: "i", path: "/aé/x.png" },
  fields: { id: "! text", path: "! uri" },
});

specify("paginated §2: ImageGeneration", {
  decode,
  read: (line) => withoutInputImages(itemOf(line)),
  example: {
    type: "ImageGeneration",
    id: "i",
    status: "s",
    revised_prompt: "r",
    result: "x",
    saved_path: "/a/./b",
    transparent_background: "not read",
    failure: 5,
    generation_id: [],
    fileId: "f",
  },
  reads: {
    type: "ImageGeneration",
    id: "i",
    status: "s",
    revisedPrompt: "r",
    image: { result: "x" },
    transparentBackground: null,
    failure: null,
    savedPath: "/a/b",
    generationId: null,
  },
  fields: {
    id: "! text",
    status: "! text",
    revised_prompt: "? text",
    result: "! text as image",
    saved_path: "? absolute",
  },
});

const EXTENSION_IMAGE = {
  type: "Extension",
  kind: "image_gen.generation",
  id: "i",
  status: "s",
  revisedPrompt: "r",
  result: "x",
  transparentBackground: true,
  failure: { type: "usageLimitExceeded", limitId: "l" },
  savedPath: "/a/../b",
  inputImages: [{ path: "/i", sha256: "h" }],
  generationId: "g",
};

/** What the generated image was made from is shown by some readers only. */
function withoutInputImages(item: object): object {
  const { inputImages: _, ...rest } = item as { inputImages?: unknown };
  return rest;
}

specify("paginated §2: Extension image_gen.generation", {
  decode,
  read: (line) => withoutInputImages(itemOf(line)),
  example: EXTENSION_IMAGE,
  reads: {
    type: "ImageGeneration",
    id: "i",
    status: "s",
    revisedPrompt: "r",
    image: { result: "x" },
    transparentBackground: true,
    failure: { type: "usageLimitExceeded", limitId: "l", resetsAt: null },
    savedPath: "/b",
    generationId: "g",
  },
  fields: {
    id: "! text",
    status: "! text",
    revisedPrompt: "? text",
    result: "! text as image",
    transparentBackground: "? flag",
    failure: "? object",
    savedPath: "? absolute",
    inputImages: "= list unread",
    generationId: "? text",
  },
});

describe("paginated §2: Extension image_gen.generation", () => {
  const decodeImage = (members: object) => decodeItem({ ...EXTENSION_IMAGE, ...members });

  it.each([{}, { result: undefined }, { result: 5 }])("a fileId counts, with %j too", (members) =>
    expect(itemOf(decodeImage({ ...members, fileId: "f" }))).toMatchObject({ image: { fileId: "f" } }),
  );

  it.each([[{}], [{ path: "i", sha256: "h" }], [{ path: "/i" }], ["x"], [null]])(
    "refuses the input image %j",
    (entry) => expect(decodeImage({ inputImages: [entry] }).outcome).toBe("rejected"),
  );
});

specify("paginated §2: Extension clock.sleep", {
  decode,
  read,
  example: { type: "Extension", kind: "clock.sleep", id: "i", durationMs: 5 },
  reads: { type: "Sleep", id: "i", durationMs: 5 },
  fields: { id: "! text", durationMs: "! uint64" },
});

it("paginated §2: Extension clock.sleep: a duration of 64 bits is exact", () =>
  expect(
    itemOf(decodeItem({ type: "Extension", kind: "clock.sleep", id: "i", durationMs: raw("18446744073709551615") })),
  ).toMatchObject({ durationMs: 18446744073709551615n }));

specify("paginated §2: EnteredReviewMode", {
  decode,
  read,
  example: { type: "EnteredReviewMode", id: "i", target: { type: "custom", instructions: "x" }, user_facing_hint: "" },
  reads: { type: "EnteredReviewMode", id: "i", review: "" },
  fields: { id: "! text", target: "! object unread", user_facing_hint: "! text as review" },
});

const OUTPUT = {
  findings: [],
  overall_correctness: "c",
  overall_explanation: "e",
  overall_confidence_score: 1,
};

specify("paginated §2: ExitedReviewMode", {
  decode,
  read,
  example: { type: "ExitedReviewMode", id: "i", review_output: OUTPUT },
  reads: { type: "ExitedReviewMode", id: "i", reviewOutput: { overallExplanation: "e", findings: [] } },
  fields: { id: "! text", review_output: "? object" },
});

it.each(Object.keys(OUTPUT))("paginated §2: ExitedReviewMode refuses an output without %s", (field) =>
  expectRejection(
    decodeItem({ type: "ExitedReviewMode", id: "i", review_output: { ...OUTPUT, [field]: undefined } }),
    "missing-field",
    field,
  ),
);

describe("paginated §2: a file: URI", () => {
  const pathOf = (path: string) =>
    (eventOf(decodeItem({ type: "ImageView", id: "i", path })) as { item: { path?: string } }).item.path;

  it.each([
    ["file:/x", "/x"],
    ["file:x", "/x"],
    ["file://localhost/x", "/x"],
    ["FILE:///x", "/x"],
    ["File:///x", "/x"],
    [" file:///x", "/x"],
    ["file:///x ", "/x"],
    ["file:////x", "/x"],
    ["file:///", "/"],
    ["file://", "/"],
    ["file:", "/"],
    ["file:///..", "/"],
    ["file:///w/../x/./y", "/x/y"],
    ["file:///a/%2e%2e/y", "/y"],
    ["file:///a/.%2e/b", "/b"],
    ["file:///x%2E%2E/y", "/x../y"],
    ["file:///a/b/..", "/a/"],
    ["file:///w//x/", "/w//x/"],
    ["file:///x%2Fy", "/x/y"],
    ["file:///x\\y", "/x/y"],
    ["file:///x%5Cy", "/x\\y"],
    ["file:///x%2", "/x%2"],
    ["file:///x%zz", "/x%zz"],
    ["file:///x%ff", "/x\ufffd"],
    ["file:///%C3%A9é", "/éé"],
    ["file:///x%25", "/x%"],
    ['file:///+;[]|^`{}"<>~', '/+;[]|^`{}"<>~'],
    ["file:///x\t\ny", "/xy"],
    ["file:///x%3Fy", "/x?y"],
    ["file:///C:/x", "C:\\x"],
    ["file:///c%3A/x", "C:\\x"],
    ["file:///C|/x", "/C|/x"],
    ["file:///C|", "/C|"],
    ["file:/C|/x", "C:\\x"],
    ["file:C|/x", "C:\\x"],
    ["file:///x\0", "/x"],
    ["file://host/x", "\\\\host\\x"],
    ["file://127.0.0.1/x", "\\\\127.0.0.1\\x"],
    ["file:\\\\x", "file://x/"],
  ])("%j is the path %j", (uri, path) => expect(pathOf(uri)).toBe(path));

  it.each([
    "",
    "/x",
    "x",
    "http://h/x",
    "file:///x?q=1",
    "file:///x#f",
    "file:///%00",
    "file:///a\0b",
    "file://user@host/x",
  ])("%j is refused", (uri) =>
    expectRejection(decodeItem({ type: "ImageView", id: "i", path: uri }), "unknown-value", "path"),
  );
});
