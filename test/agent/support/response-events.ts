import type { OutputItem } from "./answers.ts";

/** An event of a streamed response (platform.openai.com/docs/api-reference/responses-streaming). */
export interface ResponseEvent {
  readonly type: string;
  readonly [member: string]: unknown;
}

/** So many code units of text come in one delta. */
const DELTA_LENGTH = 12;

export function created(id: string): ResponseEvent {
  return { type: "response.created", response: { id, object: "response", status: "in_progress" } };
}

export function completed(id: string): ResponseEvent {
  const usage = {
    input_tokens: 100,
    input_tokens_details: { cached_tokens: 0 },
    output_tokens: 10,
    output_tokens_details: { reasoning_tokens: 0 },
    total_tokens: 110,
  };
  return { type: "response.completed", response: { id, object: "response", status: "completed", usage } };
}

export function failed(id: string, message: string): ResponseEvent {
  const error = { code: "server_error", message };
  return { type: "response.failed", response: { id, object: "response", status: "failed", error } };
}

/** From its first event to its last. */
export function* eventsOf(item: OutputItem, index: number, id: string): Iterable<ResponseEvent> {
  yield* beginningOf(item, index, id);
  yield {
    type: "response.output_item.done",
    output_index: index,
    item: { id, status: "completed", ...whole(item, id) },
  };
}

/** All but the end of an item. */
export function* beginningOf(item: OutputItem, index: number, id: string): Iterable<ResponseEvent> {
  const place = { item_id: id, output_index: index };
  yield {
    type: "response.output_item.added",
    output_index: index,
    item: { id, status: "in_progress", ...empty(item, id) },
  };
  switch (item.type) {
    case "message":
      yield* deltas("response.output_text.delta", { ...place, content_index: 0 }, item.text);
      return;
    case "reasoning":
      yield { type: "response.reasoning_summary_part.added", ...place, summary_index: 0, part: summary("") };
      yield* deltas("response.reasoning_summary_text.delta", { ...place, summary_index: 0 }, item.summary);
      return;
    case "function_call":
      yield* deltas("response.function_call_arguments.delta", place, item.arguments);
      return;
    case "custom_tool_call":
      yield* deltas("response.custom_tool_call_input.delta", place, item.input);
  }
}

function* deltas(type: string, place: object, text: string): Iterable<ResponseEvent> {
  for (let at = 0; at < text.length; at += DELTA_LENGTH)
    yield { type, ...place, delta: text.slice(at, at + DELTA_LENGTH) };
}

function empty(item: OutputItem, id: string): object {
  switch (item.type) {
    case "message":
      return { type: "message", role: "assistant", content: [] };
    case "reasoning":
      return { type: "reasoning", summary: [] };
    case "function_call":
      return { ...item, arguments: "", call_id: `call_${id}` };
    case "custom_tool_call":
      return { ...item, input: "", call_id: `call_${id}` };
  }
}

function whole(item: OutputItem, id: string): object {
  switch (item.type) {
    case "message":
      return { ...empty(item, id), content: [{ type: "output_text", text: item.text, annotations: [] }] };
    case "reasoning":
      return { ...empty(item, id), summary: [summary(item.summary)], encrypted_content: "c2VjcmV0" };
    case "function_call":
    case "custom_tool_call":
      return { ...empty(item, id), ...item };
  }
}

function summary(text: string): object {
  return { type: "summary_text", text };
}
