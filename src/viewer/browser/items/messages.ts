import { type ComponentChild, h, type JSX } from "preact";
import { list, record, text, texts } from "../fields.ts";
import { Fold } from "../folds.ts";
import { oneLine } from "../format.ts";
import { Markdown } from "../markdown.ts";
import { Badge, Card, Icon, ThreadLink } from "../parts.ts";
import { codeText } from "../plain-text.ts";
import type { ItemProps } from "./item-props.ts";
import { jsonOf } from "./json-block.ts";
import { Picture } from "./picture.ts";

export function UserMessage({ item }: ItemProps): JSX.Element {
  return h(
    "div",
    { class: "message user" },
    h("div", { class: "speaker" }, h(Icon, { name: "user" }), "User"),
    list(item.content).map((part) => userPart(record(part))),
  );
}

function userPart(part: ItemProps["item"]): ComponentChild {
  switch (part.type) {
    case "text":
      return h(Markdown, { text: text(part.text) ?? "" });
    case "image":
      return h(Picture, { url: text(part.url) ?? "", label: "picture of the user" });
    case "localImage":
      return h(
        "div",
        { class: "attached" },
        h(Icon, { name: "image" }),
        h("code", null, codeText(text(part.path) ?? "")),
      );
    case "skill":
    case "mention":
      return h(
        "div",
        { class: "attached" },
        h("strong", null, `@${text(part.name) ?? ""}`),
        h("code", { class: "faint" }, codeText(text(part.path) ?? "")),
      );
    default:
      return jsonOf(part);
  }
}

const PHASES: Readonly<Record<string, string>> = {
  commentary: "commentary",
  partial_answer: "partial answer",
  final_answer: "final answer",
};

export function AgentMessage({ item }: ItemProps): JSX.Element {
  const phase = text(item.phase);
  const questions = list(item.questions).map(record);
  const cited = texts(record(item.memoryCitation).threadIds);
  return h(
    "div",
    { class: `message agent ${phase ?? ""}` },
    h(
      "div",
      { class: "speaker" },
      h(Icon, { name: "agent" }),
      "Agent",
      phase !== null && h(Badge, { tone: "quiet" }, PHASES[phase] ?? phase),
    ),
    h(Markdown, { text: text(item.text) ?? "" }),
    questions.map(({ title, options }) =>
      h("div", { class: "question" }, h("strong", null, text(title)), " ", texts(options).join(" · ")),
    ),
    cited.length > 0 &&
      h(
        "div",
        { class: "faint" },
        "Remembered from ",
        cited.map((id) => [h(ThreadLink, { id }), " "]),
      ),
  );
}

export function Reasoning({ item }: ItemProps): JSX.Element {
  const summary = texts(item.summary);
  const raw = texts(item.content);
  const first = summary[0] ?? raw[0] ?? "";
  const title = /^\s*\*\*(?<title>[^*\n]+)\*\*/.exec(first)?.groups?.title ?? first;
  const shown = [
    h(Icon, { name: "thought" }),
    h("span", { class: "ellipsis", dir: "auto" }, oneLine(title, 160) || "Thought"),
  ];
  return h(Fold, {
    name: "reasoning",
    class: "reasoning",
    summary: shown,
    children: () => [
      summary.map((part) => h(Markdown, { text: part })),
      raw.map((part) => h("div", { class: "faint" }, h(Markdown, { text: part }))),
    ],
  });
}

export function Plan({ item }: ItemProps): JSX.Element {
  return h(Card, { icon: "plan", kind: "plan", title: "Plan" }, h(Markdown, { text: text(item.text) ?? "" }));
}

export function HookPrompt({ item }: ItemProps): JSX.Element {
  return h(
    Card,
    { icon: "hook", kind: "hook", title: "A hook said" },
    list(item.fragments)
      .map(record)
      .map(({ text: said, hookRunId }) => [
        h(Markdown, { text: text(said) ?? "" }),
        text(hookRunId) !== null && h("div", { class: "faint code-text" }, codeText(text(hookRunId) ?? "")),
      ]),
  );
}
