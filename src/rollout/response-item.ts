import { ARRAY } from "../json/index.ts";
import { type Fields, list, literal, object, type Read, tagged, unread, unreadString, wrongType } from "./fields.ts";

/**
 * Field rules of the model's own items. They are examined in user messages, which may be hook prompts, and inside a
 * `compacted` line, which is refused for a malformed one; other response items have no effect (ADR 0021).
 */

const contentEntry = tagged<void>("type", {
  input_text: (fields) => fields.required("text", unreadString),
  output_text: (fields) => fields.required("text", unreadString),
  input_image: (fields) => void (fields.has("file_id") || fields.required("image_url", unreadString)),
  input_audio: (fields) => void (fields.has("file_id") || fields.required("audio_url", unreadString)),
});

const callOutput: Read<void> = (doc, node, name) => {
  if (!doc.isString(node) && doc.kind(node) !== ARRAY) throw wrongType(doc, node, name, "a string or a list");
};

function passthrough(fields: Fields): void {
  fields.optional("turn_id", unreadString);
}

/** The required fields of each kind; kinds that are not here are accepted as they are. */
export const responseItem = tagged<void>(
  "type",
  {
    message: (fields) => {
      fields.optional("id", unreadString);
      fields.required("role", unreadString);
      fields.required("content", list(contentEntry));
      fields.optional("phase", literal("commentary", "partial_answer", "final_answer"));
      fields.optional("status", unreadString);
      fields.optional("encrypted_content", unreadString);
      fields.optional("internal_chat_message_metadata_passthrough", object(passthrough));
    },
    agent_message: (fields) => {
      fields.required("author", unreadString);
      fields.required("recipient", unreadString);
      fields.required("content", unread);
    },
    reasoning: (fields) => void fields.required("summary", list(unread)),
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
      fields.required(
        "action",
        object(() => undefined),
      );
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
      fields.required("tools", list(unread));
    },
    compaction: (fields) => fields.required("encrypted_content", unreadString),
    compaction_summary: (fields) => fields.required("encrypted_content", unreadString),
  },
  () => undefined,
);

/** Refuses a malformed response item. */
export function readResponseItem(fields: Fields): void {
  responseItem(fields.doc, fields.node, fields.name);
}
