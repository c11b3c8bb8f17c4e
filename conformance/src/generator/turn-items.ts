import { extension } from "./extension-items.ts";
import type { Scene } from "./scene.ts";
import {
  agentPath,
  agentStatus,
  DETAILS,
  fileChanges,
  memoryCitation,
  parsedCommands,
  reviewOutput,
  reviewTarget,
  textElements,
  webSearchAction,
} from "./shapes.ts";
import type { Fields } from "./written.ts";

/** The items of `item_completed` lines: how often each comes, and its fields besides `type` and `id`. */
export const TURN_ITEMS = {
  UserMessage: { weight: 8, make: userMessage },
  AgentMessage: { weight: 8, make: agentMessage },
  Reasoning: {
    weight: 5,
    make: ({ random, texts }) => ({
      summary_text: random.list(3, () => texts.text()),
      raw_content: random.chance(0.5) ? random.list(2, () => texts.text()) : undefined,
    }),
  },
  CommandExecution: { weight: 8, make: commandExecution },
  FileChange: { weight: 5, make: fileChange },
  McpToolCall: { weight: 6, make: mcpToolCall },
  DynamicToolCall: { weight: 4, make: dynamicToolCall },
  CollabAgentToolCall: { weight: 4, make: collabAgentToolCall },
  SubAgentActivity: { weight: 4, make: subAgentActivity },
  WebSearch: {
    weight: 4,
    make: (scene) => ({
      query: scene.texts.text(),
      action: webSearchAction(scene),
      results: scene.optional(() => scene.random.list(2, () => scene.opaque())),
    }),
  },
  ImageView: { weight: 3, make: ({ texts }) => ({ path: texts.uri() }) },
  ImageGeneration: { weight: 3, make: imageGeneration },
  Plan: { weight: 4, make: ({ texts }) => ({ text: texts.text() }) },
  HookPrompt: {
    weight: 3,
    make: ({ random, texts }) => ({
      fragments: random.list(2, () => ({ text: texts.text(), hookRunId: texts.text() })),
    }),
  },
  EnteredReviewMode: {
    weight: 3,
    make: (scene) => ({ target: reviewTarget(scene), user_facing_hint: scene.texts.text() }),
  },
  ExitedReviewMode: { weight: 3, make: (scene) => ({ review_output: scene.optional(() => reviewOutput(scene)) }) },
  FunctionCallOutput: { weight: 4, make: functionCallOutput },
  ContextCompaction: { weight: 2, make: () => ({}) },
  Extension: { weight: 8, make: extension },
} as const satisfies { [type: string]: { weight: number; make: (scene: Scene) => Fields } };

export type TurnItemType = keyof typeof TURN_ITEMS;

export function turnItem(scene: Scene, type: TurnItemType): Fields {
  return { type, id: scene.callId(), ...TURN_ITEMS[type].make(scene) };
}

function userMessage(scene: Scene): Fields {
  const { random, texts } = scene;
  const file = (name: string): Fields => (random.chance(0.7) ? { [name]: "data:;base64,AA==" } : { file_id: "file-1" });
  const detail = scene.optional(() => random.pick(DETAILS));
  const content = (): Fields =>
    random.pick<Fields>([
      { type: "text", text: texts.text(), text_elements: random.chance(0.5) ? textElements(scene) : undefined },
      { type: "text", text: texts.text() },
      { type: "image", ...file("image_url"), detail },
      { type: "local_image", path: texts.path(), detail },
      { type: "audio", ...file("audio_url") },
      { type: "local_audio", path: texts.path() },
      { type: random.pick(["skill", "mention"]), name: texts.text(), path: texts.path() },
    ]);
  return { client_id: scene.optional(() => "client-1"), content: random.list(3, content) };
}

function agentMessage(scene: Scene): Fields {
  const { random, texts } = scene;
  const display = (): Fields => ({
    action: "block",
    blockType: scene.optional(() => "x"),
    cyberTrustedAccess: scene.optional(() => random.chance(0.5)),
    checkTrustedContacts: scene.optional(() => random.chance(0.5)),
  });
  return {
    content: random.list(2, () => ({ type: "Text", text: texts.text() })),
    phase: scene.optional(() => random.pick(["commentary", "partial_answer", "final_answer"])),
    memory_citation: random.chance(0.2) ? memoryCitation(scene) : undefined,
    delivery: random.chance(0.2) ? scene.optional(() => "async") : undefined,
    questions: random.chance(0.2)
      ? scene.optional(() =>
          random.list(2, () => ({
            title: texts.text(),
            options: scene.optional(() => random.list(2, () => texts.text())),
          })),
        )
      : undefined,
    moderation: random.chance(0.2)
      ? scene.optional(() => ({ moderated: random.chance(0.5), display: scene.optional(display) }))
      : undefined,
  };
}

function commandExecution(scene: Scene): Fields {
  const { random, texts } = scene;
  return {
    plugin_id: scene.optional(() => "plugin"),
    script_path: scene.optional(() => "scripts/x.sh"),
    process_id: scene.optional(() => "4711"),
    command: random.list(4, () => texts.word()),
    cwd: texts.uri(),
    parsed_cmd: parsedCommands(scene),
    source: random.pick(["agent", "user_shell", "unified_exec_startup", "unified_exec_interaction"]),
    interaction_input: scene.optional(() => texts.text()),
    status: random.pick(["in_progress", "completed", "failed", "declined"]),
    stdout: random.chance(0.2) ? texts.text() : undefined,
    aggregated_output: scene.optional(() => texts.text()),
    exit_code: scene.optional(() => random.pick([0, 1, -1, 127, 2147483647, -2147483648])),
    duration: scene.optional(() => scene.duration()),
  };
}

function fileChange(scene: Scene): Fields {
  return {
    changes: fileChanges(scene),
    status: scene.optional(() => scene.random.pick(["completed", "failed", "declined"])),
    auto_approved: scene.optional(() => true),
    stdout: scene.optional(() => scene.texts.text()),
    stderr: scene.optional(() => ""),
  };
}

function mcpToolCall(scene: Scene): Fields {
  const { random, texts } = scene;
  return {
    server: texts.filled(),
    tool: texts.filled(),
    arguments: random.pick([null, scene.opaque(), scene.opaque()]),
    connectorId: scene.optional(() => "connector"),
    linkId: scene.optional(() => "link"),
    appName: scene.optional(() => texts.text()),
    actionName: scene.optional(() => "action"),
    mcpAppResourceUri: scene.optional(() => "ui://x"),
    mcpAppUi: scene.optional(() => ({
      resourceUri: "ui://y",
      preferredModelDisplayMode: random.pick(["inline", "fullscreen"]),
    })),
    pluginId: scene.optional(() => "plugin"),
    readOnlyHint: scene.optional(() => random.chance(0.5)),
    status: random.pick(["inProgress", "completed", "failed"]),
    result: scene.optional(() => ({
      content: random.list(2, () => scene.opaque()),
      structuredContent: scene.optional(() => scene.opaque()),
      isError: scene.optional(() => random.chance(0.5)),
      _meta: scene.optional(() => scene.opaque()),
    })),
    error: scene.optional(() => ({ message: texts.text() })),
    duration: scene.optional(() => scene.duration()),
  };
}

function dynamicToolCall(scene: Scene): Fields {
  const { random, texts } = scene;
  const content = (): Fields =>
    random.pick<Fields>([
      { type: "inputText", text: texts.text() },
      { type: "inputImage", imageUrl: "data:;base64,AA==" },
      { type: "inputAudio", audioUrl: "data:;base64,AA==" },
    ]);
  return {
    namespace: scene.optional(() => texts.filled()),
    tool: texts.filled(),
    arguments: random.pick([null, scene.opaque(), scene.opaque()]),
    status: random.pick(["in_progress", "completed", "failed"]),
    content_items: scene.optional(() => random.list(3, content)),
    success: scene.optional(() => random.chance(0.5)),
    error: scene.optional(() => texts.text()),
    duration: scene.optional(() => scene.duration()),
  };
}

function collabAgentToolCall(scene: Scene): Fields {
  const { random, texts } = scene;
  const tools = [
    "spawn_agent",
    "send_input",
    "resume_agent",
    "wait",
    "close_agent",
    "send_message",
    "followup_task",
    "interrupt_agent",
    "list_agents",
  ] as const;
  return {
    tool: random.pick(tools),
    status: random.pick(["in_progress", "completed", "failed", "interrupted"]),
    sender_thread_id: scene.writtenThreadId(),
    receiver_thread_ids: scene.defaulted(() => random.list(2, () => scene.writtenThreadId())),
    receiver_agents: scene.defaulted(() => []),
    prompt: scene.optional(() => texts.text()),
    model: scene.optional(() => "model"),
    reasoning_effort: scene.optional(() =>
      random.pick(["none", "minimal", "low", "medium", "high", "xhigh", "not yet invented"]),
    ),
    agents_states: scene.defaulted(() =>
      Object.fromEntries(random.list(3, () => [scene.writtenThreadId(), agentStatus(scene)])),
    ),
  };
}

function subAgentActivity(scene: Scene): Fields {
  const { random } = scene;
  return {
    model: scene.optional(() => "model"),
    reasoning_effort: scene.optional(() => random.pick(["high", "not yet invented"])),
    kind: random.pick(
      scene.mode === "legacy"
        ? ["completed", "completed", "started", "interacted", "interrupted"]
        : ["started", "interacted", "interrupted", "completed"],
    ),
    agent_thread_id: scene.writtenThreadId(),
    agent_path: agentPath(scene),
  };
}

function imageGeneration(scene: Scene): Fields {
  const { random, texts } = scene;
  return {
    status: random.pick(["completed", "generating", ""]),
    revised_prompt: scene.optional(() => texts.text()),
    result: "AAAA",
    saved_path: scene.optional(() => texts.absolutePath()),
  };
}

function functionCallOutput(scene: Scene): Fields {
  const { random, texts } = scene;
  const detail = scene.optional(() => random.pick(DETAILS));
  const part = (): Fields =>
    random.pick<Fields>([
      { type: "input_text", text: texts.text() },
      { type: "input_image", image_url: "data:;base64,AA==", detail },
      { type: "input_image", file_id: "file-1", detail },
      { type: "input_audio", audio_url: "data:;base64,AA==" },
      { type: "input_audio", file_id: "file-1" },
      { type: "encrypted_content", encrypted_content: "AAAA" },
    ]);
  return {
    name: texts.filled(),
    namespace: scene.optional(() => texts.text()),
    output: random.chance(0.5) ? texts.text() : random.list(3, part),
  };
}
