import { type Fields, list, literal, nullable, object, string } from "../fields.ts";
import {
  imageDetail,
  memoryCitation,
  moderation,
  question,
  reviewOutput,
  reviewTarget,
  textElement,
  urlOrFile,
} from "../values.ts";

/** Events of what was said, and of reviews and compaction (rollout-format §4, reduction §12). */

/** In what order inline inputs and files were given. */
const inputOrder = literal("inline", "file");

const audioReference = object((reference) => urlOrFile(reference, "audio_url"));

export function userMessage(fields: Fields) {
  return {
    type: "user_message",
    message: fields.required("message", string),
    clientId: fields.optional("client_id", string),
    images: fields.optional("images", list(string)) ?? [],
    imageDetails: fields.defaulted("image_details", list(nullable(imageDetail)), []),
    localImages: fields.defaulted("local_images", list(string), []),
    localImageDetails: fields.defaulted("local_image_details", list(nullable(imageDetail)), []),
    fileIds: fields.optional("file_ids", list(string)) ?? [],
    fileIdDetails: fields.defaulted("file_id_details", list(nullable(imageDetail)), []),
    imageOrder: fields.defaulted("image_order", list(inputOrder), []),
    audio: fields.optional("audio", list(string)) ?? [],
    audioReferences: fields.optional("audio_references", list(audioReference)),
    audioOrder: fields.defaulted("audio_order", list(inputOrder), []),
    localAudio: fields.defaulted("local_audio", list(string), []),
    textElements: fields.defaulted("text_elements", list(textElement), []),
  } as const;
}

/** A moderated message names its own item. */
const moderationOfEvent = object((fields) => ({
  itemId: fields.required("item_id", string),
  moderation: moderation(fields.doc, fields.node, fields.name),
}));

export function agentMessage(fields: Fields) {
  const moderated = fields.optional("moderation", moderationOfEvent);
  return {
    type: "agent_message",
    itemId: moderated?.itemId ?? null,
    moderation: moderated?.moderation ?? null,
    message: fields.required("message", string),
    phase: fields.optional("phase", literal("commentary", "partial_answer", "final_answer")),
    memoryCitation: fields.optional("memory_citation", memoryCitation),
    delivery: fields.optional("delivery", literal("async")),
    questions: fields.optional("questions", list(question)),
  } as const;
}

export function agentReasoning(fields: Fields) {
  return { type: "agent_reasoning", text: fields.required("text", string) } as const;
}

export function agentReasoningRawContent(fields: Fields) {
  return { type: "agent_reasoning_raw_content", text: fields.required("text", string) } as const;
}

/** The one event that accepts no key besides its `type` (rollout-format §1). */
export function contextCompacted(fields: Fields) {
  fields.only("type");
  return { type: "context_compacted" } as const;
}

function reviewPlace(fields: Fields) {
  return { itemId: fields.optional("item_id", string), turnId: fields.optional("turn_id", string) };
}

export function enteredReviewMode(fields: Fields) {
  fields.required("target", reviewTarget);
  return {
    type: "entered_review_mode",
    userFacingHint: fields.optional("user_facing_hint", string),
    ...reviewPlace(fields),
  } as const;
}

export function exitedReviewMode(fields: Fields) {
  return {
    type: "exited_review_mode",
    reviewOutput: fields.optional("review_output", reviewOutput),
    ...reviewPlace(fields),
  } as const;
}
