import { type ComponentChild, h, type JSX } from "preact";
import { isEmpty, list, record, text, texts } from "../fields.ts";
import { Fold } from "../folds.ts";
import { below, count, oneLine } from "../format.ts";
import { Badge, Card, StatusBadge } from "../parts.ts";
import { pictureOfBase64, safeHref } from "../pictures.ts";
import { codeText } from "../plain-text.ts";
import type { ItemProps } from "./item-props.ts";
import { jsonOf } from "./json-block.ts";

export function WebSearch({ item }: ItemProps): JSX.Element {
  const results = list(item.results);
  return h(
    Card,
    { icon: "web", kind: "web", title: webTitle(item), aside: null },
    results.length > 0 &&
      h(Fold, { name: "results", summary: count(results.length, "result"), children: () => results.map(webResult) }),
  );
}

function webTitle(item: ItemProps["item"]): ComponentChild[] {
  const action = record(item.action);
  const queries = texts(action.queries);
  const query = text(action.query) ?? (queries.join(" · ") || text(item.query));
  switch (action.type) {
    case "open_page":
    case "openPage":
      return ["Opened ", outward(text(action.url) ?? query ?? "a page")];
    case "find_in_page":
    case "findInPage":
      return [
        "Looked for ",
        h("q", { dir: "auto" }, text(action.pattern)),
        " in ",
        outward(text(action.url) ?? "a page"),
      ];
    default:
      return ["Searched the web for ", h("q", { dir: "auto" }, query)];
  }
}

function webResult(value: unknown): JSX.Element {
  const { title, url } = record(value);
  return text(url) === null ? jsonOf(value) : h("div", null, outward(text(url) ?? "", text(title) ?? undefined));
}

function outward(url: string, label: string = url): ComponentChild {
  const href = safeHref(url);
  const shown = h("bdi", null, oneLine(codeText(label), 120));
  return href === null ? shown : h("a", { href, rel: "noopener noreferrer", target: "_blank", title: href }, shown);
}

export function ImageView({ item, cwd }: ItemProps): JSX.Element {
  const path = h("code", { class: "path" }, codeText(below(text(item.path) ?? "", cwd)));
  return h(Card, { icon: "image", kind: "image", title: ["Looked at ", path] });
}

export function ImageGeneration({ item, cwd }: ItemProps): JSX.Element {
  const picture = pictureOfBase64(text(item.result) ?? "");
  const prompt = text(item.revisedPrompt);
  const path = text(item.savedPath);
  const { failure } = item;
  return h(
    Card,
    {
      ...{ icon: "image", kind: "image", title: "Made a picture" },
      aside: isEmpty(failure) ? h(StatusBadge, { status: text(item.status) }) : h(Badge, { tone: "bad" }, "failed"),
    },
    prompt !== null && h("blockquote", { class: "prompt", dir: "auto" }, prompt),
    picture !== null && h("img", { class: "picture", src: picture, alt: prompt ?? "the picture" }),
    path !== null && h("div", { class: "faint code-text" }, codeText(below(path, cwd))),
    !isEmpty(failure) && jsonOf(failure),
  );
}
