import { ARRAY } from "../json/index.ts";
import { type Fields, list, object, type Read, tagged, unread, unreadList, unreadString, wrongType } from "./fields.ts";
import { RESPONSE_ITEMS } from "./line-kinds.ts";
import { messagePhase } from "./values.ts";

/**
 * Field rules of the model's own items. They are examined in user messages, which may be hook prompts, and inside a
 * `compacted` line, which is refused for a malformed one; other response items have no effect (ADR 0021).
 */

const contentEntry = tagged<void>("type", {
  input_text: (fields) => fields.required("text", unreadString),
  input_image: (fields) => void (fields.has("file_id") || fields.required("image_url", unreadString)),
  input_audio: (fields) => void (fields.has("file_id") || fields.required("audio_url", unreadString)),
  output_text: (fields) => fields.required("text", unreadString),
});

const callOutput: Read<void> = (doc, node, name) => {
  if (!doc.isString(node) && doc.kind(node) !== ARRAY) throw wrongType(doc, node, name, "a string or a list");
};

const anyObject = object(() => undefined);

const passthrough = object((fields) => void fields.optional("turn_id", unreadString));

const contentEntries = list(contentEntry);

/** The required fields of each kind; kinds that are not here are accepted as they are. */
export const responseItem = tagged<void>(
  "type",
  {
    additional_tools: (fields) => {
      fields.required("role", unreadString);
      fields.required("tools", unreadList);
    },
    message: (fields) => {
      fields.optional("id", unreadString);
      fields.required("role", unreadString);
      fields.required("content", contentEntries);
      fields.optional("phase", messagePhase);
      fields.optional("status", unreadString);
      fields.optional("encrypted_content", unreadString);
      fields.optional("internal_chat_message_metadata_passthrough", passthrough);
    },
    agent_message: (fields) => {
      fields.required("author", unreadString);
      fields.required("recipient", unreadString);
      fields.required("content", unread);
    },
    reasoning: (fields) => void fields.required("summary", unreadList),
    function_call: (fields) => {
      fields.required("name", unreadString);
      fields.required("arguments", unreadString);
      fields.required("call_id", unreadString);
    },
    function_call_output: (fields) => fields.required("output", callOutput),
    custom_tool_call: (fields) => {
      fields.required("call_id", unreadString);
      fields.required("name", unreadString);
      fields.required("input", unreadString);
    },
    custom_tool_call_output: (fields) => {
      fields.required("call_id", unreadString);
      fields.required("output", callOutput);
    },
    local_shell_call: (fields) => {
      fields.required("status", unreadString);
      fields.required("action", anyObject);
    },
    image_generation_call: (fields) => {
      fields.required("status", unreadString);
      fields.required("result", unreadString);
    },
    tool_search_call: (fields) => {
      fields.required("execution", unreadString);
      fields.required("arguments", unread);
    },
    tool_search_output: (fields) => {
      fields.required("status", unreadString);
      fields.required("execution", unreadString);
      fields.required("tools", unreadList);
    },
    compaction: (fields) => fields.required("encrypted_content", unreadString),
    compaction_summary: (fields) => fields.required("encrypted_content", unreadString),
  },
  () => undefined,
  RESPONSE_ITEMS,
);

/** Refuses a malformed response item. */
export function checkResponseItem(fields: Fields): void {
  responseItem(fields.doc, fields.node, fields.name);
}
