import { h, type JSX } from "preact";
import { number, text } from "../fields.ts";
import { Fold } from "../folds.ts";
import { duration, oneLine, words } from "../format.ts";
import { Markdown } from "../markdown.ts";
import { Card, Divider, Icon } from "../parts.ts";
import { codeText } from "../plain-text.ts";
import type { ItemProps } from "./item-props.ts";
import { jsonOf } from "./json-block.ts";

export function EnteredReviewMode({ item }: ItemProps): JSX.Element {
  return h(Divider, { icon: "review" }, "Review begins: ", h("bdi", null, oneLine(text(item.review) ?? "", 200)));
}

export function ExitedReviewMode({ item }: ItemProps): JSX.Element {
  return h(Card, { icon: "review", kind: "review", title: "Review" }, h(Markdown, { text: text(item.review) ?? "" }));
}

export function ContextCompaction(): JSX.Element {
  return h(Divider, { icon: "compact" }, "Context compacted: the agent goes on with a summary");
}

export function Sleep({ item }: ItemProps): JSX.Element {
  const ms = number(item.durationMs);
  return h(Divider, { icon: "clock" }, ms === null ? "Slept" : `Slept ${duration(ms)}`);
}

/** Of a kind that is not known here: newer than this program, or an extension's. */
export function UnknownItem({ item }: ItemProps): JSX.Element {
  const summary = [
    h(Icon, { name: "unknown" }),
    h("span", { class: "ellipsis" }, codeText(words(text(item.type) ?? "unknown item"))),
  ];
  return h(Fold, {
    name: "unknown",
    class: "card unknown",
    summary,
    isOpenAtFirst: true,
    children: () => jsonOf(item),
  });
}
