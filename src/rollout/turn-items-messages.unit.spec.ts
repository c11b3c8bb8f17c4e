import { describe, expect, it } from "vitest";
import {
  decodeItem,
  eventOf,
  expectRejection,
  itemOf,
  specify,
  THREAD,
  type Wire,
} from "../../test/support/decoding.ts";

const decode = (item: Wire) => decodeItem(item);
const read = itemOf;

specify("paginated §1: item_completed", {
  decode: (members) => decodeItem({ type: "ContextCompaction", id: "i" }, members),
  example: { thread_id: THREAD, turn_id: "", started_at_ms: 1, completed_at_ms: 2 },
  reads: {
    type: "item_completed",
    turnId: "",
    item: { type: "ContextCompaction", id: "i" },
    startedAtMs: 1,
    completedAtMs: 2,
  },
  fields: { started_at_ms: "? int64", completed_at_ms: "= int64" },
});

describe("paginated §1: item_completed", () => {
  const item = { type: "Plan", id: "i", text: "t" };

  it.each([
    [{ thread_id: undefined }, "missing-field", "thread_id"],
    [{ thread_id: null }, "wrong-type", "thread_id"],
    [{ thread_id: "x" }, "unknown-value", "thread_id"],
    [{ turn_id: undefined }, "missing-field", "turn_id"],
    [{ turn_id: null }, "wrong-type", "turn_id"],
    [{ item: undefined }, "missing-field", "item"],
    [{ item: null }, "wrong-type", "item"],
    [{ item: [] }, "wrong-type", "item"],
    [{ item: { id: "i", text: "t" } }, "missing-field", "type"],
    [{ item: { ...item, type: "plan" } }, "unknown-value", "type"],
    [{ item: { ...item, type: "Zz" } }, "unknown-value", "type"],
    [{ item: { type: "Extension", id: "i" } }, "missing-field", "kind"],
    [{ item: { type: "Extension", id: "i", kind: "zz" } }, "unknown-value", "kind"],
  ])("refuses %j", (members, reason, field) => expectRejection(decodeItem(item, members), reason, field));

  it("accepts a thread id in any form of a UUID: which thread is not checked", () =>
    expect(decodeItem(item, { thread_id: `urn:uuid:${THREAD.toUpperCase()}` }).outcome).toBe("event"));

  it("a completion at 0 is none, a start at 0 is one", () =>
    expect(eventOf(decodeItem(item, { started_at_ms: 0, completed_at_ms: 0 }))).toMatchObject({
      startedAtMs: 0,
      completedAtMs: null,
    }));
});

specify("paginated §2: UserMessage", {
  decode,
  read,
  example: { type: "UserMessage", id: "", client_id: "c", content: [] },
  reads: { type: "UserMessage", id: "", clientId: "c", content: [] },
  fields: { id: "! text", client_id: "? text", content: "! list" },
});

const contentOf = (line: Parameters<typeof itemOf>[0]) => (itemOf(line) as { content?: unknown[] }).content?.[0];
const decodeContent = (entry: Wire) => decodeItem({ type: "UserMessage", id: "i", content: [entry] });

const CONTENT: Readonly<Record<string, Omit<Parameters<typeof specify>[1], "decode" | "read">>> = {
  text: {
    example: { type: "text", text: " ", text_elements: [{ byte_range: { start: 0, end: 1 } }] },
    reads: { type: "text", text: " ", text_elements: [{ byteRange: { start: 0, end: 1 }, placeholder: null }] },
    fields: { text: "! text", text_elements: "= list as text_elements" },
    absent: { text_elements: [] },
  },
  image: {
    example: { type: "image", image_url: "u", detail: "low" },
    reads: { type: "image", url: "u", detail: "low" },
    fields: { image_url: "! text as url", detail: "? (auto|low|high|original)" },
  },
  local_image: {
    example: { type: "local_image", path: "p", detail: "high" },
    reads: { type: "localImage", detail: "high", path: "p" },
    fields: { path: "! text", detail: "? (auto|low|high|original)" },
  },
  audio: {
    example: { type: "audio", audio_url: "u" },
    reads: { type: "audio", url: "u" },
    fields: { audio_url: "! text as url" },
  },
  local_audio: {
    example: { type: "local_audio", path: "p" },
    reads: { type: "localAudio", path: "p" },
    fields: { path: "! text" },
  },
  skill: {
    example: { type: "skill", name: "n", path: "p" },
    reads: { type: "skill", name: "n", path: "p" },
    fields: { name: "! text", path: "! text" },
  },
  mention: {
    example: { type: "mention", name: "n", path: "p" },
    reads: { type: "mention", name: "n", path: "p" },
    fields: { name: "! text", path: "! text" },
  },
};

for (const [name, shape] of Object.entries(CONTENT))
  specify(`paginated §2: UserMessage content of the type ${name}`, {
    ...shape,
    decode: decodeContent,
    read: contentOf,
  });

describe("paginated §2: UserMessage content", () => {
  it.each([
    [
      { type: "image", file_id: "f" },
      { type: "image", fileId: "f", detail: null },
    ],
    [
      { type: "image", file_id: "f", image_url: 5 },
      { type: "image", fileId: "f", detail: null },
    ],
    [
      { type: "image", file_id: "f", image_url: "u" },
      { type: "image", url: "u", detail: null },
    ],
    [
      { type: "image", file_id: 5, image_url: "u" },
      { type: "image", url: "u", detail: null },
    ],
    [
      { type: "audio", file_id: "f" },
      { type: "audio", fileId: "f" },
    ],
    [
      { type: "audio", file_id: "f", audio_url: "u" },
      { type: "audio", url: "u" },
    ],
  ])("%j reads as %j: the address wins, a member that is no text does not count", (given, shown) =>
    expect(contentOf(decodeContent(given))).toEqual(shown),
  );

  it.each(["localImage", "Text", "url", "input_text"])("refuses the type %s", (type) =>
    expectRejection(decodeContent({ type, text: "t", path: "p", url: "u" }), "unknown-value", "type"),
  );

  it("keeps its order", () =>
    expect(
      itemOf(
        decodeItem({
          type: "UserMessage",
          id: "i",
          content: [
            { type: "local_image", path: "p" },
            { type: "text", text: "t" },
          ],
        }),
      ),
    ).toMatchObject({ content: [{ type: "localImage" }, { type: "text" }] }));
});

specify("paginated §2: HookPrompt", {
  decode,
  read,
  example: { type: "HookPrompt", id: "i", fragments: [{ text: "t", hookRunId: "r", zz: 1 }] },
  reads: { type: "HookPrompt", id: "i", fragments: [{ text: "t", hookRunId: "r" }] },
  fields: { id: "! text", fragments: "! list" },
});

it.each([
  [{ hookRunId: "r" }, "missing-field", "text"],
  [{ text: "t", hook_run_id: "r" }, "missing-field", "hookRunId"],
  [{ text: 5, hookRunId: "r" }, "wrong-type", "text"],
  [{ text: "t", hookRunId: null }, "wrong-type", "hookRunId"],
])("paginated §2: HookPrompt refuses the fragment %j", (fragment, reason, field) =>
  expectRejection(decodeItem({ type: "HookPrompt", id: "i", fragments: [fragment] }), reason, field),
);

const DISPLAY = { action: "a", blockType: null, cyberTrustedAccess: null, checkTrustedContacts: null };

specify("paginated §2: AgentMessage", {
  decode,
  read,
  example: {
    type: "AgentMessage",
    id: "i",
    content: [
      { type: "Text", text: "a" },
      { type: "Text", text: "b", zz: 1 },
    ],
    phase: "final_answer",
    memory_citation: { entries: [], rolloutIds: ["r"] },
    delivery: "async",
    questions: [{ title: "t" }],
    moderation: { moderated: true, display: { action: "a", block_type: "not read" } },
  },
  reads: {
    type: "AgentMessage",
    id: "i",
    text: "ab",
    phase: "final_answer",
    memoryCitation: { entries: [], threadIds: ["r"] },
    delivery: "async",
    questions: [{ title: "t", options: null }],
    moderation: { moderated: true, display: DISPLAY },
  },
  fields: {
    id: "! text",
    content: "! list as text",
    phase: "? (commentary|partial_answer|final_answer)",
    memory_citation: "? object",
    delivery: "? (async)",
    questions: "? list",
    moderation: "? object",
  },
});

describe("paginated §2: AgentMessage", () => {
  it("without content has an empty text", () =>
    expect(itemOf(decodeItem({ type: "AgentMessage", id: "i", content: [] }))).toMatchObject({ text: "" }));

  it.each([
    [{ type: "text", text: "t" }, "unknown-value", "type"],
    [{ type: "output_text", text: "t" }, "unknown-value", "type"],
    [{ Text: { text: "t" } }, "missing-field", "type"],
    [{ type: "Text" }, "missing-field", "text"],
    [{ type: "Text", text: null }, "wrong-type", "text"],
  ])("refuses the content %j", (entry, reason, field) =>
    expectRejection(decodeItem({ type: "AgentMessage", id: "i", content: [entry] }), reason, field),
  );

  it("its moderation needs `moderated`", () =>
    expectRejection(
      decodeItem({ type: "AgentMessage", id: "i", content: [], moderation: {} }),
      "missing-field",
      "moderated",
    ));
});

specify("paginated §2: Plan", {
  decode,
  read,
  example: { type: "Plan", id: "i", text: "" },
  reads: { type: "Plan", id: "i", text: "" },
  fields: { id: "! text", text: "! text" },
});

specify("paginated §2: Reasoning", {
  decode,
  read,
  example: { type: "Reasoning", id: "i", summary_text: ["", "s"], raw_content: ["r"] },
  reads: { type: "Reasoning", id: "i", summary: ["", "s"], content: ["r"] },
  fields: { id: "! text", summary_text: "! texts as summary", raw_content: "= texts as content" },
  absent: { content: [] },
});

specify("paginated §2: ContextCompaction", {
  decode,
  read,
  example: { type: "ContextCompaction", id: "i" },
  reads: { type: "ContextCompaction", id: "i" },
  fields: { id: "! text" },
});
