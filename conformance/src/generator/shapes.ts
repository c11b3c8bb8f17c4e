import type { Scene } from "./scene.ts";
import type { Fields, Value } from "./written.ts";

export const REASONS = ["interrupted", "replaced", "review_ended", "budget_limited"] as const;
export const FINAL_STATUS = ["completed", "failed", "declined"] as const;
export const DETAILS = ["auto", "low", "high", "original"] as const;

const PLAIN_INFOS = [
  "context_window_exceeded",
  "usage_limit_exceeded",
  "server_overloaded",
  "cyber_policy",
  "internal_server_error",
  "unauthorized",
  "bad_request",
  "sandbox_error",
  "other",
  "thread_rollback_failed",
  "session_budget_exceeded",
  "rate_limit_exceeded",
  "flex_unavailable",
  "model_not_found",
  "policy_capacity_unavailable",
  "inference_hook_denied",
  "misalignment_policy_violation",
  "too_many_denials",
] as const;
const HTTP_INFOS = [
  "http_connection_failed",
  "response_stream_connection_failed",
  "response_stream_disconnected",
  "response_too_many_failed_attempts",
] as const;

export function errorInfo({ random }: Scene): Value {
  switch (random.below(6)) {
    case 0:
      return { [random.pick(HTTP_INFOS)]: { http_status_code: random.pick([undefined, null, 0, 404, 500, 65535]) } };
    case 1:
      return { active_turn_not_steerable: { turn_kind: random.pick(["review", "compact"]) } };
    case 2:
      return random.pick(["not_yet_invented", "", { not_yet_invented: { a: 1 } }, { other: {} }]);
    default:
      return random.pick(PLAIN_INFOS);
  }
}

function turnError(scene: Scene): Fields {
  return {
    message: scene.texts.text(),
    codex_error_info: scene.optional(() => errorInfo(scene)),
    misalignment: scene.random.chance(0.05) ? { anything: 1 } : undefined,
  };
}

/** An end's error: mostly none. */
export function endError(scene: Scene): Fields | null | undefined {
  return scene.has("errors") && scene.random.chance(0.25) ? turnError(scene) : scene.random.pick([undefined, null]);
}

export function textElements(scene: Scene): Fields[] {
  return scene.random.list(2, () => ({
    byte_range: { start: scene.random.below(20), end: scene.random.below(40) },
    placeholder: scene.optional(() => scene.texts.text()),
  }));
}

export function memoryCitation(scene: Scene): Fields {
  const { random, texts } = scene;
  return {
    entries: random.list(2, () => ({
      path: texts.path(),
      lineStart: random.below(50),
      lineEnd: random.below(90),
      note: texts.text(),
    })),
    rolloutIds: random.list(2, () => random.pick([random.uuid(), "any text"])),
  };
}

export function fileChanges(scene: Scene): Fields {
  const { random, texts } = scene;
  const change = (): Fields =>
    random.pick<Fields>([
      { type: "add", content: texts.text() },
      { type: "delete", content: texts.text() },
      { type: "update", unified_diff: texts.text(), move_path: scene.optional(() => texts.path()) },
    ]);
  const keys = random.list(3, () =>
    scene.has("rich") && random.chance(0.3)
      ? random.pick(["\ue000", "\u{1f600}", "Z", "a", "é", "", "__proto__", "10", "9"])
      : texts.path(),
  );
  return Object.fromEntries(keys.map((key) => [key, change()]));
}

export function webSearchAction(scene: Scene): Fields {
  const { random, texts } = scene;
  return random.pick<Fields>([
    {
      type: "search",
      query: scene.optional(() => texts.text()),
      queries: scene.optional(() => random.list(2, () => texts.text())),
    },
    { type: "open_page", url: scene.optional(() => "https://example.com/") },
    {
      type: "find_in_page",
      url: scene.optional(() => "https://example.com/"),
      pattern: scene.optional(() => texts.text()),
    },
    { type: random.pick(["other", "not_yet_invented", "openPage"]) },
  ]);
}

export function reviewTarget(scene: Scene): Fields {
  const { random, texts } = scene;
  return random.pick<Fields>([
    { type: "uncommittedChanges" },
    { type: "baseBranch", branch: texts.text() },
    { type: "commit", sha: "abc123", title: scene.optional(() => texts.text()) },
    { type: "custom", instructions: texts.text() },
  ]);
}

export function reviewOutput(scene: Scene): Fields {
  const { random, texts } = scene;
  const finding = (): Fields => ({
    title: texts.text(),
    body: random.pick([texts.text(), "one\ntwo", "one\r\ntwo\r\n", "\n", "a\n\nb\n"]),
    confidence_score: random.pick([0.5, 1, 0]),
    priority: random.below(4),
    code_location: {
      absolute_file_path: texts.absolutePath(),
      line_range: { start: random.below(90), end: random.below(90) },
    },
  });
  return {
    findings: random.list(3, finding),
    overall_correctness: random.pick(["patch is correct", "patch is incorrect", ""]),
    overall_explanation: texts.text(),
    overall_confidence_score: random.pick([0.25, 1]),
  };
}

export function parsedCommands(scene: Scene): Fields[] {
  const { random, texts } = scene;
  return random.list(3, () =>
    random.pick<Fields>([
      { type: "read", cmd: texts.text(), name: texts.text(), path: texts.path() },
      { type: "list_files", cmd: texts.text(), path: scene.optional(() => texts.path()) },
      {
        type: "search",
        cmd: texts.text(),
        query: scene.optional(() => texts.text()),
        path: scene.optional(() => texts.path()),
      },
      { type: "unknown", cmd: texts.text() },
    ]),
  );
}

export function agentStatus(scene: Scene): Value {
  const { random, texts } = scene;
  return random.pick<Value>([
    "pending_init",
    "running",
    "interrupted",
    "shutdown",
    "not_found",
    { completed: random.pick([null, texts.text()]) },
    { errored: texts.text() },
  ]);
}

export function agentPath({ random }: Scene): string {
  return random.pick(["/root", "/root/a", "/root/worker_1/b", "/root/x9"]);
}
