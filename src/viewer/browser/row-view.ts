import { Component, h, type JSX } from "preact";
import { text } from "./fields.ts";
import { type Folds, FoldsContext } from "./folds.ts";
import { clock, count, duration, exactTime, words } from "./format.ts";
import { ItemView } from "./items/item-view.ts";
import { Divider, Icon, StatusBadge, toneOf } from "./parts.ts";
import { codeText } from "./plain-text.ts";
import type { Row } from "./timeline.ts";
import { idOf } from "./turn-items.ts";
import type { Item, Turn } from "./types.ts";

export interface RowActions {
  readonly fold: (turnId: string) => void;
  readonly copy: (turnId: string, itemId: string | null) => void;
}

interface RowViewProps {
  readonly row: Row;
  readonly isChosen: boolean;
  readonly cwd: string | null;
  readonly folds: Folds;
  readonly actions: RowActions;
}

/** A row of the timeline; made anew only when something of it changed. */
export class RowView extends Component<RowViewProps> {
  override shouldComponentUpdate({ row, isChosen, cwd }: RowViewProps): boolean {
    const before = this.props;
    return isChosen !== before.isChosen || cwd !== before.cwd || !isSame(row, before.row);
  }

  override render({ row, isChosen, cwd, folds, actions }: RowViewProps): JSX.Element {
    const content = rowContent(row, cwd, actions);
    const frame = h(
      "article",
      { class: `entry ${row.type} ${isChosen ? "chosen" : ""}`, tabIndex: -1, "aria-label": labelOf(row) },
      content,
    );
    return h(FoldsContext.Provider, { value: { folds, row: row.key }, children: frame });
  }
}

function isSame(a: Row, b: Row): boolean {
  if (a.type === "item" && b.type === "item") return a.item === b.item;
  if (a.type === "turn" && b.type === "turn") return a.turn === b.turn && a.isFolded === b.isFolded;
  if ("turn" in a && "turn" in b) return a.turn === b.turn && a.type === b.type;
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

function rowContent(row: Row, cwd: string | null, actions: RowActions): JSX.Element {
  switch (row.type) {
    case "earlier":
      return row.isCut ? h("p", { class: "faint" }, "Older turns are not shown.") : bones("Earlier turns");
    case "gap": {
      const n = row.to - row.from + 1;
      return h(
        Divider,
        { icon: "back" },
        `${count(n, "turn")} taken back (${n === 1 ? row.from : `${row.from} to ${row.to}`})`,
      );
    }
    case "fork":
      return h(Divider, { icon: "fork" }, "Forked here: what is above was inherited");
    case "turn":
      return h(TurnHead, { turn: row.turn, isFolded: row.isFolded, actions });
    case "unloaded":
      return bones("Items are loading");
    case "more":
      return bones(row.side === "before" ? "Earlier items are loading" : "Further items are loading");
    case "item":
      return h(ItemFrame, { item: row.item, cwd, actions });
    case "error":
      return h(TurnProblem, { turn: row.turn });
    case "empty":
      return h("p", { class: "faint nothing" }, "Nothing was said in this turn.");
    case "working":
      return h(
        "p",
        { class: "working", role: "status" },
        h("span", { class: "dots", "aria-hidden": "true" }, h("i", null), h("i", null), h("i", null)),
        "The agent is working",
      );
    case "event":
      return h(Divider, { icon: "back" }, row.text);
  }
}

function bones(label: string): JSX.Element {
  return h(
    "div",
    { class: "loading", role: "status", "aria-label": label },
    h("div", { class: "bone" }),
    h("div", { class: "bone short" }),
  );
}

function TurnHead({
  turn,
  isFolded,
  actions,
}: {
  readonly turn: Turn;
  readonly isFolded: boolean;
  readonly actions: RowActions;
}): JSX.Element {
  const { id, ordinal, status, startedAt, durationMs } = turn;
  const time =
    startedAt === null
      ? null
      : h(
          "time",
          { dateTime: new Date(startedAt * 1000).toISOString(), title: exactTime(startedAt * 1000) },
          clock(startedAt * 1000),
        );
  const fold = {
    type: "button",
    class: "turn-fold",
    "data-fold": "",
    "aria-expanded": !isFolded,
    onClick: () => actions.fold(id),
  } as const;
  return h(
    "div",
    { class: "turn-head" },
    h("button", fold, h(Icon, { name: "chevron" }), h("h2", null, `Turn ${ordinal ?? ""}`)),
    h("span", { class: `dot ${toneOf(status)}`, title: words(status ?? "") }),
    h(StatusBadge, { status }),
    h("span", { class: "spacer" }),
    durationMs !== null && h("span", { class: "took" }, duration(durationMs)),
    time,
    h(CopyLink, { onCopy: () => actions.copy(id, null), what: "turn" }),
  );
}

function CopyLink({ onCopy, what }: { readonly onCopy: () => void; readonly what: string }): JSX.Element {
  return h(
    "button",
    {
      type: "button",
      class: "icon-button copy",
      onClick: onCopy,
      "aria-label": `Copy a link to this ${what}`,
      title: "Copy link (c)",
    },
    h(Icon, { name: "link" }),
  );
}

function ItemFrame({
  item,
  cwd,
  actions,
}: {
  readonly item: Item;
  readonly cwd: string | null;
  readonly actions: RowActions;
}): JSX.Element {
  const { turnId, isOpen, item: content } = item;
  return h(
    "div",
    { class: `item ${isOpen ? "going-on" : ""}` },
    h(ItemView, { item: content ?? {}, isOpen, cwd }),
    h(CopyLink, { onCopy: () => actions.copy(turnId, idOf(item)), what: "item" }),
  );
}

function TurnProblem({ turn }: { readonly turn: Turn }): JSX.Element {
  const { message, codexErrorInfo, additionalDetails } = turn.error ?? { message: "" };
  const kind = typeof codexErrorInfo === "string" ? codexErrorInfo : Object.keys(Object(codexErrorInfo))[0];
  return h(
    "div",
    { class: "problem", role: "note" },
    h(Icon, { name: "error" }),
    h(
      "div",
      null,
      h("strong", null, kind === undefined || kind === "other" ? "The turn failed" : `The turn failed: ${words(kind)}`),
      h("div", { class: "plain", dir: "auto" }, codeText(message)),
      text(additionalDetails) !== null && h("div", { class: "plain faint" }, codeText(additionalDetails ?? "")),
    ),
  );
}

function labelOf(row: Row): string {
  if (row.type === "turn") return `Turn ${row.turn.ordinal ?? ""}, ${words(row.turn.status ?? "")}`;
  if (row.type === "item") return words(text(row.item.item?.type) ?? "item");
  return row.type;
}
