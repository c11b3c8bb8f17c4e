import type { Kind } from "./event.ts";
import type { Scene } from "./scene.ts";
import type { Fields } from "./written.ts";

const BODIES = [
  "check this",
  "  spaced  ",
  "a &amp; b",
  "&lt;x&gt; &quot;q&quot; &apos;a&apos;",
  "&#65;&#x42;",
  "<![CDATA[raw <b> & ]]>",
  "a<!-- c -->b",
  "two\r\nlines",
  "é 💥 \u2028",
  "a]]&gt;b",
  "<![CDATA[]]>x",
  "&#x1F4A5;",
] as const;
const ODD_BODIES = [
  "",
  " ",
  "\u00a0",
  "\u200b",
  "<b>nested</b>",
  "bare & ampersand",
  "&unknown;",
  "<!-- only -->",
  "<![CDATA[ ]]>",
  "&#32;",
  "&#xD800;",
  "&#0;",
  "<?pi?>x",
] as const;
const RUN_IDS = ["run-1", " padded ", "a&amp;b", "&#65;", "é", "it's"] as const;
const ODD_RUN_IDS = ["", " ", "&bad;", "\u0085"] as const;
const WRAPPERS = [
  (xml: string) => xml,
  (xml: string) => ` \n${xml}\n`,
  (xml: string) => `${xml}trailing`,
  (xml: string) => `leading${xml}`,
  (xml: string) => `<?xml version="1.0"?>${xml}`,
  (xml: string) => `${xml}<hook_prompt hook_run_id="2">second</hook_prompt>`,
  (xml: string) => `<!-- c -->${xml}`,
  (xml: string) => xml.slice(0, -3),
  (xml: string) => `\ufeff${xml}`,
] as const;

/** Response items that are hook prompts, nearly are, or are not. */
export const HOOK_PROMPTS: Kind = {
  name: "response_item hook prompt",
  family: "hooks",
  weight: 4,
  line: "response_item",
  make: (scene) => ({
    type: "message",
    id: scene.random.pick([undefined, null, "hook-1", "hook-2", scene.callId(), scene.callId()]),
    role: "user",
    content: [fragment(scene), ...scene.random.list(1, () => fragment(scene))],
  }),
};

function fragment(scene: Scene): Fields {
  const { random, texts } = scene;
  if (random.chance(0.08))
    return random.pick<Fields>([
      { type: "output_text", text: hookPrompt(scene) },
      { type: "input_image", image_url: "data:," },
      { type: "input_text", text: texts.text() },
    ]);
  return { type: "input_text", text: hookPrompt(scene) };
}

function hookPrompt(scene: Scene): string {
  const { random } = scene;
  const odd = scene.has("rich") && random.chance(0.25);
  const body = odd ? random.pick(ODD_BODIES) : random.pick(BODIES);
  const runId = odd && random.chance(0.3) ? random.pick(ODD_RUN_IDS) : random.pick(RUN_IDS);
  const quote = odd && !runId.includes("'") && random.chance(0.3) ? "'" : '"';
  const element = odd && random.chance(0.2) ? "another_name" : "hook_prompt";
  const more =
    odd && random.chance(0.2) ? random.pick([' other="x"', " o='y'", " bare", " u=x", ' hook_run_id="again"']) : "";
  const xml = `<${element}${more} hook_run_id=${quote}${runId}${quote}>${body}</${element}>`;
  return odd ? random.pick(WRAPPERS)(xml) : xml;
}
