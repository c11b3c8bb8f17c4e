import type { JsonDocument, Node } from "../json/index.ts";
import type { HookPromptFragment, HookPromptMessage } from "./events.ts";
import { Fields, list, literal, object, string } from "./fields.ts";
import { parseHookPromptFragment } from "./hook-prompt.ts";
import { RejectedLineError } from "./rejection.ts";

const content = list(
  object((entry) => {
    entry.required("type", literal("input_text"));
    return entry.required("text", string);
  }),
);

/**
 * The hook prompt that a user message is, or null when it is another message: every content entry must be one fragment
 * (rollout-format §6).
 */
export function hookPromptOf(
  envelope: JsonDocument,
  payload: Node,
  recordPayload: () => JsonDocument,
): HookPromptMessage | null {
  if (!mayHoldFragments(envelope, payload)) return null;
  const fields = new Fields(recordPayload(), 0, "payload");
  const fragments: HookPromptFragment[] = [];
  try {
    for (const text of fields.required("content", content)) {
      const fragment = parseHookPromptFragment(text);
      if (fragment === undefined) return null;
      fragments.push(fragment);
    }
    return fragments.length === 0 ? null : { type: "hook_prompt", id: fields.optional("id", string), fragments };
  } catch (error) {
    if (error instanceof RejectedLineError) return null;
    throw error;
  }
}

/** Every fragment names its hook run, in plain letters or with some of them escaped. */
function mayHoldFragments(envelope: JsonDocument, payload: Node): boolean {
  const bytes = envelope.bytes.subarray(envelope.start(payload), envelope.end(payload));
  return bytes.includes("hook_run_id", 0, "latin1") || bytes.includes("\\u00", 0, "latin1");
}
