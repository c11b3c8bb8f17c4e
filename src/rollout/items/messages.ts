import { type Fields, list, object, string, strings, tagged } from "../fields.ts";
import {
  imageDetail,
  itemId,
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

/** Items of what was said, thought and planned (paginated §2). */

const userContent = tagged<object>("type", {
  text: (fields) => ({
    type: "text",
    text: fields.required("text", string),
    text_elements: fields.defaulted("text_elements", textElements, []),
  }),
  image: (fields) => ({
    type: "image",
    ...urlOrFile(fields, "image_url"),
    detail: fields.optional("detail", imageDetail),
  }),
  local_image: (fields) => ({
    type: "localImage",
    detail: fields.optional("detail", imageDetail),
    path: fields.required("path", string),
  }),
  audio: (fields) => ({ type: "audio", ...urlOrFile(fields, "audio_url") }),
  local_audio: (fields) => ({ type: "localAudio", path: fields.required("path", string) }),
  skill: (fields) => ({
    type: "skill",
    name: fields.required("name", string),
    path: fields.required("path", string),
  }),
  mention: (fields) => ({
    type: "mention",
    name: fields.required("name", string),
    path: fields.required("path", string),
  }),
});

const userContents = list(userContent);

export function userMessage(fields: Fields) {
  return {
    type: "UserMessage",
    id: itemId(fields),
    clientId: fields.optional("client_id", string),
    content: fields.required("content", userContents),
  } as const;
}

const fragments = list(
  object((fragment) => ({
    text: fragment.required("text", string),
    hookRunId: fragment.required("hookRunId", string),
  })),
);

export function hookPrompt(fields: Fields) {
  return {
    type: "HookPrompt",
    id: itemId(fields),
    fragments: fields.required("fragments", fragments),
  } as const;
}

const agentText = tagged("type", { Text: (fields) => fields.required("text", string) });

const agentTexts = list(agentText);

export function agentMessage(fields: Fields) {
  return {
    type: "AgentMessage",
    id: itemId(fields),
    text: fields.required("content", agentTexts).join(""),
    phase: fields.optional("phase", messagePhase),
    memoryCitation: fields.optional("memory_citation", memoryCitation),
    delivery: fields.optional("delivery", messageDelivery),
    questions: fields.optional("questions", questions),
    moderation: fields.optional("moderation", moderation),
  } as const;
}

export function plan(fields: Fields) {
  return { type: "Plan", id: itemId(fields), text: fields.required("text", string) } as const;
}

export function reasoning(fields: Fields) {
  return {
    type: "Reasoning",
    id: itemId(fields),
    summary: fields.required("summary_text", strings),
    content: fields.defaulted("raw_content", strings, []),
  } as const;
}

export function enteredReviewMode(fields: Fields) {
  fields.required("target", reviewTarget);
  return {
    type: "EnteredReviewMode",
    id: itemId(fields),
    review: fields.required("user_facing_hint", string),
  } as const;
}

export function exitedReviewMode(fields: Fields) {
  return {
    type: "ExitedReviewMode",
    id: itemId(fields),
    reviewOutput: fields.optional("review_output", reviewOutput),
  } as const;
}

export function contextCompaction(fields: Fields) {
  return { type: "ContextCompaction", id: itemId(fields) } as const;
}
