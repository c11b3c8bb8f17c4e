/** A piece of what a model answers. */
export type OutputItem =
  | { readonly type: "message"; readonly text: string }
  | { readonly type: "reasoning"; readonly summary: string }
  | { readonly type: "function_call"; readonly name: string; readonly arguments: string }
  | { readonly type: "custom_tool_call"; readonly name: string; readonly input: string };

/** What the model answers to one request: an HTTP error, or a stream. */
export type Answer = { readonly type: "refusal"; readonly status: number; readonly message: string } | StreamedAnswer;

export type StreamedAnswer =
  | { readonly type: "items"; readonly items: readonly OutputItem[] }
  /** A stream that ends in `response.failed`. */
  | { readonly type: "failure"; readonly message: string }
  /** A message that begins and never ends. */
  | { readonly type: "endless"; readonly text: string };

const COMMAND_MS = 10_000;

export function message(text: string): OutputItem {
  return { type: "message", text };
}

export function reasoning(summary: string): OutputItem {
  return { type: "reasoning", summary };
}

/** A shell command, by the tool that Codex 0.169.0 offers for it. */
export function command(cmd: string): OutputItem {
  const args = { cmd, yield_time_ms: COMMAND_MS };
  return { type: "function_call", name: "exec_command", arguments: JSON.stringify(args) };
}

/** A change of files, in the format of the apply_patch tool. */
export function patch(...lines: readonly string[]): OutputItem {
  const input = ["*** Begin Patch", ...lines, "*** End Patch", ""].join("\n");
  return { type: "custom_tool_call", name: "apply_patch", input };
}

export function items(...all: readonly OutputItem[]): Answer {
  return { type: "items", items: all };
}
