import type { HookPromptFragment, HookPromptMessage } from "./events.ts";
import { type Fields, list, string, tagged } from "./fields.ts";
import { parseHookPromptFragment } from "./hook-prompt.ts";
import { checkResponseItem } from "./response-item.ts";

/** Texts of the entries that are input texts; null for the others. */
const content = list(
  tagged<string | null>("type", { input_text: (entry) => entry.required("text", string) }, () => null),
);

/**
 * The hook prompt that a user message is, or null when it is another message: every content entry must be one fragment
 * (rollout-format §6).
 */
export function hookPromptOf(message: Fields): HookPromptMessage | null {
  checkResponseItem(message);
  const fragments: HookPromptFragment[] = [];
  for (const text of message.required("content", content)) {
    // Every fragment names its hook run, and a name in XML cannot be spelled otherwise.
    const fragment = text?.includes("hook_run_id") === true ? parseHookPromptFragment(text) : undefined;
    if (fragment === undefined) return null;
    fragments.push(fragment);
  }
  return fragments.length === 0 ? null : { type: "hook_prompt", id: message.optional("id", string), fragments };
}
