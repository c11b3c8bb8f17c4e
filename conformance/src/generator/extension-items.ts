import type { Scene } from "./scene.ts";
import type { Fields } from "./written.ts";

/** Items of type `Extension`: their `kind` tells the shape, and all their fields are in camelCase. */
export function extension(scene: Scene): Fields {
  const { random, texts } = scene;
  const action = (): Fields =>
    random.pick<Fields>([
      {
        type: "search",
        query: scene.optional(() => texts.text()),
        queries: scene.optional(() => random.list(2, () => texts.text())),
      },
      { type: "openPage", url: scene.optional(() => "https://example.com/") },
      {
        type: "findInPage",
        url: scene.optional(() => "https://example.com/"),
        pattern: scene.optional(() => texts.text()),
      },
      { type: random.pick(["other", "open_page", "not_yet_invented"]) },
    ]);
  return random.pick<Fields>([
    { kind: "clock.sleep", durationMs: random.pick([0, 5, 60_000]) },
    { kind: "clock.sleep", durationMs: random.below(1000) },
    {
      kind: "web.search",
      query: texts.text(),
      action: scene.optional(action),
      results: scene.optional(() => random.list(2, () => scene.opaque())),
    },
    {
      kind: "image_gen.generation",
      status: random.pick(["completed", "failed", ""]),
      revisedPrompt: scene.optional(() => texts.text()),
      ...random.pick<Fields>([{ result: "AAAA" }, { fileId: "file-1" }, { result: "AAAA", fileId: "file-1" }]),
      transparentBackground: scene.optional(() => random.chance(0.5)),
      failure: scene.optional(() => ({
        type: "usageLimitExceeded",
        limitId: "limit",
        resetsAt: scene.optional(() => scene.seconds()),
      })),
      savedPath: scene.optional(() => texts.absolutePath()),
      inputImages: scene.optional(() => random.list(2, () => ({ path: "/w/a.png", sha256: "ab".repeat(32) }))),
      generationId: scene.optional(() => "generation"),
    },
  ]);
}
