import { type ComponentChild, h, type JSX } from "preact";
import { isEmpty, list, number, record, text } from "../fields.ts";
import { Fold } from "../folds.ts";
import { oneLine } from "../format.ts";
import { Card, StatusBadge, Took } from "../parts.ts";
import { codeText, terminalText } from "../plain-text.ts";
import { Output } from "../text-block.ts";
import type { ItemProps } from "./item-props.ts";
import { jsonOf } from "./json-block.ts";
import { Picture } from "./picture.ts";

export function McpToolCall({ item }: ItemProps): JSX.Element {
  const result = record(item.result);
  const error = text(record(item.error).message);
  const { server, tool } = item;
  return h(
    Card,
    { icon: "tool", kind: "tool", title: toolName(text(server), text(tool)), aside: asideOf(item) },
    h(Arguments, { value: item.arguments }),
    list(result.content).map((part, index) => contentPart(part, `result ${index}`)),
    !isEmpty(result.structuredContent) &&
      h(Fold, { name: "structured", summary: "Structured result", children: () => jsonOf(result.structuredContent) }),
    error !== null && h("div", { class: "problem" }, codeText(error)),
  );
}

export function DynamicToolCall({ item }: ItemProps): JSX.Element {
  return h(
    Card,
    { icon: "tool", kind: "tool", title: toolName(text(item.namespace), text(item.tool)), aside: asideOf(item) },
    h(Arguments, { value: item.arguments }),
    list(item.contentItems).map((part, index) => contentPart(part, `result ${index}`)),
  );
}

export function FunctionCallOutput({ item }: ItemProps): JSX.Element {
  const output = text(item.output);
  return h(
    Card,
    { icon: "tool", kind: "tool", title: ["Result of ", toolName(text(item.namespace), text(item.name))] },
    output !== null
      ? h(Output, { name: "output", text: terminalText(output) })
      : list(item.output).map((part, index) => contentPart(part, `output ${index}`)),
  );
}

function toolName(space: string | null, tool: string | null): JSX.Element {
  return h(
    "code",
    { class: "tool-name" },
    space !== null && h("span", { class: "faint" }, `${codeText(space)}.`),
    codeText(tool ?? "?"),
  );
}

function asideOf(item: ItemProps["item"]): ComponentChild[] {
  const status = item.success === false ? "failed" : text(item.status);
  return [h(StatusBadge, { status }), h(Took, { ms: number(item.durationMs) })];
}

/** What a tool was given: on one line where it fits. */
function Arguments({ value }: { readonly value: unknown }): JSX.Element | null {
  if (isEmpty(value)) return null;
  const line = codeText(JSON.stringify(value) ?? "");
  if (line.length <= 90) return h("div", { class: "arguments" }, h("code", null, line));
  const summary = h("code", { class: "ellipsis" }, oneLine(line, 160));
  return h(Fold, { name: "arguments", class: "arguments", summary, children: () => jsonOf(value) });
}

function contentPart(value: unknown, name: string): ComponentChild {
  const part = record(value);
  switch (part.type) {
    case "text":
    case "inputText":
    case "input_text":
      return h(Output, { name, text: terminalText(text(part.text) ?? "").trimEnd() });
    case "image":
      return h(Picture, {
        url: `data:${text(part.mimeType) ?? ""};base64,${text(part.data) ?? ""}`,
        label: "picture of the tool",
      });
    case "inputImage":
    case "input_image":
      return h(Picture, { url: text(part.imageUrl) ?? text(part.image_url) ?? "", label: "picture of the tool" });
    default:
      return h(Fold, { name, summary: text(part.type) ?? "Result", children: () => jsonOf(value) });
  }
}
