export function parseHookPromptFragment(text: string): { text: string; hookRunId: string } | undefined {
  const found = /^\s*<hook_prompt hook_run_id="([^"]+)">([^<]*)<\/hook_prompt>/.exec(text);
  const decode = (s: string) =>
    s
      .replaceAll("&amp;", "&")
      .replaceAll("&lt;", "<")
      .replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"')
      .replaceAll("&apos;", "'");
  return found?.[1] === undefined || found[2] === undefined
    ? undefined
    : { text: decode(found[2]), hookRunId: decode(found[1]) };
}
