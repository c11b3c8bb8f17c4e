import { type ComponentChild, h, type JSX } from "preact";
import { record, text, texts } from "../fields.ts";
import { Fold } from "../folds.ts";
import { oneLine, words } from "../format.ts";
import { Markdown } from "../markdown.ts";
import { Badge, Card, StatusBadge, ThreadLink, toneOf } from "../parts.ts";
import { codeText } from "../plain-text.ts";
import type { ItemProps } from "./item-props.ts";

const CALLS: Readonly<Record<string, string>> = {
  spawnAgent: "Started",
  sendInput: "Told",
  sendMessage: "Told",
  followupTask: "Gave a further task to",
  resumeAgent: "Resumed",
  wait: "Waited for",
  closeAgent: "Closed",
  interruptAgent: "Interrupted",
  listAgents: "Listed the agents",
};

/** Characters. */
const SHORT_PROMPT = 400;

/** What one agent had to do with others: their threads are links. */
export function CollabAgentToolCall({ item }: ItemProps): JSX.Element {
  const tool = text(item.tool) ?? "";
  const prompt = text(item.prompt);
  const agents = texts(item.receiverThreadIds);
  const model = modelOf(item);
  return h(
    Card,
    {
      ...{ icon: "agents", kind: "agents" },
      title: [CALLS[tool] ?? words(tool), agents.map((id) => [" ", h(ThreadLink, { id }, `agent …${id.slice(-8)}`)])],
      aside: [model !== null && h("span", { class: "faint" }, model), h(StatusBadge, { status: text(item.status) })],
    },
    prompt !== null && h(Prompt, { text: prompt }),
    Object.entries(record(item.agentsStates)).map(agentState),
  );
}

/** What an agent was told; folded where it is long. */
function Prompt({ text: said }: { readonly text: string }): JSX.Element {
  if (said.length <= SHORT_PROMPT) return h("div", { class: "agent-state" }, h(Markdown, { text: said }));
  const summary = h("span", { class: "ellipsis", dir: "auto" }, oneLine(said, 160));
  return h(Fold, { name: "prompt", summary, children: () => h(Markdown, { text: said }) });
}

function agentState([threadId, value]: readonly [string, unknown]): ComponentChild {
  const { status, message } = record(value);
  const said = text(message);
  return h(
    "div",
    { class: "agent-state" },
    h(ThreadLink, { id: threadId }),
    h(Badge, { tone: toneOf(text(status)) }, words(text(status) ?? "unknown")),
    said !== null && h(Markdown, { text: said }),
  );
}

export function SubAgentActivity({ item }: ItemProps): JSX.Element {
  const id = text(item.agentThreadId) ?? "";
  const model = modelOf(item);
  return h(Card, {
    ...{ icon: "agents", kind: "agents" },
    title: ["Agent ", h(ThreadLink, { id }), ` ${words(text(item.kind) ?? "")}`],
    aside: [
      text(item.agentPath) !== null && h("code", { class: "faint" }, codeText(text(item.agentPath) ?? "")),
      model !== null && h("span", { class: "faint" }, model),
    ],
  });
}

function modelOf(item: ItemProps["item"]): string | null {
  const parts = [text(item.model), text(item.reasoningEffort)].filter((part) => part !== null);
  return parts.length === 0 ? null : parts.join(" · ");
}
