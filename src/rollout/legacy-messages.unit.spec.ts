import { describe, expect, it } from "vitest";
import { decodeEvent, eventOf, expectRejection, specify } from "../../test/support/decoding.ts";

const DETAILS = ["auto", "low", "high", "original"];

specify("rollout-format §4: user_message", {
  decode: decodeEvent,
  example: {
    type: "user_message",
    message: "m",
    client_id: "c",
    images: ["u"],
    image_details: [null, ...DETAILS],
    local_images: ["a/b"],
    local_image_details: ["low"],
    file_ids: ["f"],
    file_id_details: ["high"],
    image_order: ["file", "inline"],
    audio: ["a"],
    audio_references: [{ audio_url: "u", file_id: "not read" }, { file_id: "f" }],
    audio_order: ["inline"],
    local_audio: ["l"],
    text_elements: [{ byte_range: { start: 2, end: 1, zz: 1 }, placeholder: "p", zz: 1 }],
  },
  reads: {
    type: "user_message",
    message: "m",
    clientId: "c",
    images: ["u"],
    imageDetails: [null, ...DETAILS],
    localImages: ["a/b"],
    localImageDetails: ["low"],
    fileIds: ["f"],
    fileIdDetails: ["high"],
    imageOrder: ["file", "inline"],
    audio: ["a"],
    audioReferences: [{ url: "u" }, { fileId: "f" }],
    audioOrder: ["inline"],
    localAudio: ["l"],
    textElements: [{ byteRange: { start: 2, end: 1 }, placeholder: "p" }],
  },
  fields: {
    message: "! text",
    client_id: "? text",
    images: "? texts",
    image_details: "= list",
    local_images: "= texts",
    local_image_details: "= list",
    file_ids: "? texts",
    file_id_details: "= list",
    image_order: "= list",
    audio: "? texts",
    audio_references: "? list",
    audio_order: "= list",
    local_audio: "= texts",
    text_elements: "= list",
  },
  absent: {
    images: [],
    imageDetails: [],
    localImages: [],
    localImageDetails: [],
    fileIds: [],
    fileIdDetails: [],
    imageOrder: [],
    audio: [],
    audioOrder: [],
    localAudio: [],
    textElements: [],
  },
});

describe("rollout-format §4: user_message: entries of its lists", () => {
  const decode = (members: object) => decodeEvent({ type: "user_message", message: "m", ...members });

  it.each(["image_details", "local_image_details", "file_id_details", "image_order", "audio_order"])(
    "%s refuses an unknown text",
    (field) => {
      expectRejection(decode({ [field]: ["zz"] }), "unknown-value", field);
      expectRejection(decode({ [field]: [5] }), "wrong-type", field);
    },
  );

  it.each(["image_order", "audio_order"])("%s refuses null", (field) =>
    expectRejection(decode({ [field]: [null] }), "wrong-type", field),
  );

  it.each([{}, { file_id: 5 }, { audio_url: 5 }, { audio_url: null, file_id: null }, "u", null])(
    "audio_references refuses %j: neither an address nor a file",
    (entry) => expect(decode({ audio_references: [entry] }).outcome).toBe("rejected"),
  );

  it.each([
    [{}, "missing-field", "byte_range"],
    [{ byteRange: { start: 0, end: 1 } }, "missing-field", "byte_range"],
    [{ byte_range: null }, "wrong-type", "byte_range"],
    [{ byte_range: { start: 0 } }, "missing-field", "end"],
    [{ byte_range: { end: 0 } }, "missing-field", "start"],
    [{ byte_range: { start: -1, end: 0 } }, "wrong-type", "start"],
    [{ byte_range: { start: 0, end: 1.5 } }, "wrong-type", "end"],
    [{ byte_range: { start: 0, end: 1 }, placeholder: 5 }, "wrong-type", "placeholder"],
  ])("text_elements refuses %j", (entry, reason, field) =>
    expectRejection(decode({ text_elements: [entry] }), reason, field),
  );

  it.each([{}, { placeholder: null }])("a text element's placeholder may be absent or null: %j", (members) =>
    expect(eventOf(decode({ text_elements: [{ byte_range: { start: 0, end: 1 }, ...members }] }))).toMatchObject({
      textElements: [{ placeholder: null }],
    }),
  );
});

const CITATION = { entries: [{ path: "p", lineStart: 1, lineEnd: 2, note: "n", zz: 1 }], rolloutIds: ["r"], zz: 1 };
const READ_CITATION = { entries: [{ path: "p", lineStart: 1, lineEnd: 2, note: "n" }], threadIds: ["r"] };
const DISPLAY = { action: "a", blockType: "b", cyberTrustedAccess: true, checkTrustedContacts: false };

specify("rollout-format §4: agent_message", {
  decode: decodeEvent,
  example: {
    type: "agent_message",
    message: "m",
    phase: "partial_answer",
    memory_citation: CITATION,
    delivery: "async",
    questions: [{ title: "t", options: ["o"] }, { title: "u" }],
    moderation: { item_id: "i", moderated: true, display: DISPLAY, zz: 1 },
  },
  reads: {
    type: "agent_message",
    message: "m",
    phase: "partial_answer",
    memoryCitation: READ_CITATION,
    delivery: "async",
    questions: [
      { title: "t", options: ["o"] },
      { title: "u", options: null },
    ],
    itemId: "i",
    moderation: { moderated: true, display: DISPLAY },
  },
  fields: {
    message: "! text",
    phase: "? (commentary|partial_answer|final_answer)",
    memory_citation: "? object",
    delivery: "? (async)",
    questions: "? list",
  },
});

const messageWith = (members: object) => decodeEvent({ type: "agent_message", message: "m", ...members });

specify("rollout-format §4: agent_message: memory_citation", {
  decode: (memory_citation) => messageWith({ memory_citation }),
  read: (line) => (eventOf(line) as { memoryCitation?: unknown }).memoryCitation,
  example: CITATION,
  reads: READ_CITATION,
  fields: { entries: "! list", rolloutIds: "! texts as threadIds" },
});

specify("rollout-format §4: agent_message: an entry of a memory citation", {
  decode: (entry) => messageWith({ memory_citation: { ...CITATION, entries: [entry] } }),
  read: (line) => (eventOf(line) as { memoryCitation?: { entries: unknown[] } }).memoryCitation?.entries[0],
  example: { path: "p", lineStart: 1, lineEnd: 2, note: "n" },
  reads: { path: "p", lineStart: 1, lineEnd: 2, note: "n" },
  fields: { path: "! text", lineStart: "! uint32", lineEnd: "! uint32", note: "! text" },
});

specify("rollout-format §4: agent_message: a question", {
  decode: (question) => messageWith({ questions: [question] }),
  read: (line) => (eventOf(line) as { questions?: unknown[] }).questions?.[0],
  example: { title: "t", options: ["o"] },
  reads: { title: "t", options: ["o"] },
  fields: { title: "! text", options: "? texts" },
  isClosed: true,
});

it("rollout-format §4: agent_message: a question with another key is refused", () => {
  expectRejection(messageWith({ questions: [{ title: "t", zz: 1 }] }), "unknown-value", "questions");
});

specify("rollout-format §4: agent_message: moderation, which names the item", {
  decode: (moderation) => messageWith({ moderation }),
  read: (line) => (eventOf(line) as { moderation?: unknown }).moderation,
  example: { item_id: "i", moderated: false, display: DISPLAY },
  reads: { moderated: false, display: DISPLAY },
  fields: { item_id: "! text unread", moderated: "! flag", display: "? object" },
});

specify("rollout-format §4: agent_message: what a moderation displays", {
  decode: (display) => messageWith({ moderation: { item_id: "i", moderated: true, display } }),
  read: (line) => (eventOf(line) as { moderation?: { display: unknown } }).moderation?.display,
  example: DISPLAY,
  reads: DISPLAY,
  fields: { action: "! text", blockType: "? text", cyberTrustedAccess: "? flag", checkTrustedContacts: "? flag" },
});

it("rollout-format §4: agent_message: moderation may be absent or null", () => {
  for (const members of [{}, { moderation: null }])
    expect(eventOf(messageWith(members))).toMatchObject({ itemId: null, moderation: null });
});

for (const type of ["agent_reasoning", "agent_reasoning_raw_content"])
  specify(`rollout-format §4: ${type}`, {
    decode: decodeEvent,
    example: { type, text: "x" },
    reads: { type, text: "x" },
    fields: { text: "! text" },
  });
