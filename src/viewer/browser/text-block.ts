import { h, type JSX } from "preact";
import { useFold } from "./folds.ts";
import { count } from "./format.ts";
import { LIMITS } from "./limits.ts";

/** What a program wrote: of much, its beginning and its end, until it is unfolded. */
export function Output({ name, text }: { readonly name: string; readonly text: string }): JSX.Element {
  const [isOpen, toggle] = useFold(name, false);
  const { head, hidden, tail } = partsOf(text);
  if (hidden === 0) return h("pre", { class: "output", tabIndex: 0 }, text);
  const label = isOpen ? "Show less" : `Show ${count(hidden, "more line")}`;
  const button = h(
    "button",
    { type: "button", class: "unfold", "data-fold": "", "aria-expanded": isOpen, onClick: toggle },
    label,
  );
  if (!isOpen) return h("pre", { class: "output", tabIndex: 0 }, head, "\n", button, tail);
  const cut = text.length > LIMITS.textMost;
  return h(
    "pre",
    { class: "output", tabIndex: 0 },
    cut ? `${text.slice(0, LIMITS.textMost)}…\n(${count(text.length - LIMITS.textMost, "further character")})` : text,
    "\n",
    button,
  );
}

function partsOf(text: string): { readonly head: string; readonly hidden: number; readonly tail: string } {
  const lines = text.split("\n");
  const { outputHead, outputTail, textHead } = LIMITS;
  const isShort = lines.length <= outputHead + outputTail + 2 && text.length <= textHead;
  if (isShort) return { head: text, hidden: 0, tail: "" };
  const head = lines
    .slice(0, outputHead)
    .join("\n")
    .slice(0, textHead / 2);
  const isLong = lines.length > outputHead + outputTail;
  const tail = isLong
    ? lines
        .slice(-outputTail)
        .join("\n")
        .slice(-textHead / 2)
    : "";
  return { head, hidden: Math.max(1, lines.length - outputHead - (isLong ? outputTail : 0)), tail };
}

/** A long text with a button to see the rest of it. */
export function LongText({ name, text }: { readonly name: string; readonly text: string }): JSX.Element {
  const [isOpen, toggle] = useFold(name, false);
  if (text.length <= LIMITS.textHead) return h("div", { class: "plain", dir: "auto" }, text);
  const shown = text.slice(0, isOpen ? LIMITS.textMost : LIMITS.textHead / 2);
  const label = isOpen ? "Show less" : `Show all ${count(text.length, "character")}`;
  return h(
    "div",
    { class: "plain", dir: "auto" },
    shown,
    shown.length < text.length && "… ",
    h("button", { type: "button", class: "unfold", "data-fold": "", "aria-expanded": isOpen, onClick: toggle }, label),
  );
}
