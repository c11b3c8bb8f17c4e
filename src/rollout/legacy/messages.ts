import { type Fields, list, literal, object, string, strings } from "../fields.ts";
import {
  imageDetails,
  memoryCitation,
  messageDelivery,
  messagePhase,
  moderation,
  questions,
  reviewOutput,
  reviewTarget,
  textElements,
  urlOrFile,
} from "../values.ts";

/** Events of what was said, and of reviews and compaction (rollout-format §4, reduction §12). */

/** In what order inline inputs and files were given. */
const inputOrder = literal("inline", "file");

const audioReference = object((reference) => urlOrFile(reference, "audio_url"));

const inputOrders = list(inputOrder);

const audioReferences = list(audioReference);

export function userMessage(fields: Fields) {
  return {
    type: "user_message",
    message: fields.required("message", string),
    clientId: fields.optional("client_id", string),
    images: fields.optional("images", strings) ?? [],
    imageDetails: fields.defaulted("image_details", imageDetails, []),
    localImages: fields.defaulted("local_images", strings, []),
    localImageDetails: fields.defaulted("local_image_details", imageDetails, []),
    fileIds: fields.optional("file_ids", strings) ?? [],
    fileIdDetails: fields.defaulted("file_id_details", imageDetails, []),
    imageOrder: fields.defaulted("image_order", inputOrders, []),
    audio: fields.optional("audio", strings) ?? [],
    audioReferences: fields.optional("audio_references", audioReferences),
    audioOrder: fields.defaulted("audio_order", inputOrders, []),
    localAudio: fields.defaulted("local_audio", strings, []),
    textElements: fields.defaulted("text_elements", textElements, []),
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
    phase: fields.optional("phase", messagePhase),
    memoryCitation: fields.optional("memory_citation", memoryCitation),
    delivery: fields.optional("delivery", messageDelivery),
    questions: fields.optional("questions", questions),
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
