import { h, type JSX } from "preact";
import { type DiffLine, diffOf } from "../diff.ts";
import { list, record, text } from "../fields.ts";
import { Fold } from "../folds.ts";
import { below, count } from "../format.ts";
import { LIMITS } from "../limits.ts";
import { Badge, Card, StatusBadge } from "../parts.ts";
import { codeText } from "../plain-text.ts";
import type { ItemProps } from "./item-props.ts";

export function FileChange({ item, cwd }: ItemProps): JSX.Element {
  const changes = list(item.changes).map(record);
  const title = changes.length === 1 ? "Edited a file" : `Edited ${count(changes.length, "file")}`;
  return h(
    Card,
    { icon: "file", kind: "files", title, aside: h(StatusBadge, { status: text(item.status) }) },
    changes.map((change, index) => h(ChangedFile, { change, cwd, name: `file ${index}` })),
  );
}

const KINDS: Readonly<Record<string, string>> = { add: "new", delete: "deleted" };

function ChangedFile({
  change,
  cwd,
  name,
}: {
  readonly change: ItemProps["item"];
  readonly cwd: string | null;
  readonly name: string;
}): JSX.Element {
  const kind = text(record(change.kind).type) ?? text(change.kind) ?? "update";
  const movedTo = text(record(change.kind).move_path);
  const { lines, added, removed } = diffOf(kind, text(change.diff) ?? "");
  const path = codeText(below(text(change.path) ?? "", cwd));
  const summary = [
    h("span", { class: "path" }, path, movedTo !== null && ` → ${codeText(below(movedTo, cwd))}`),
    KINDS[kind] !== undefined && h(Badge, { tone: kind === "add" ? "good" : "bad" }, KINDS[kind]),
    h(
      "span",
      { class: "counts" },
      added > 0 && h("span", { class: "plus" }, `+${added}`),
      removed > 0 && h("span", { class: "minus" }, `−${removed}`),
    ),
  ];
  return h(Fold, {
    name,
    class: "file",
    summary,
    isOpenAtFirst: lines.length <= LIMITS.diffLines,
    children: () => h(DiffTable, { lines }),
  });
}

const SIGNS: Readonly<Record<DiffLine["type"], string>> = { added: "+", removed: "−", same: " ", hunk: " ", note: " " };

function DiffTable({ lines }: { readonly lines: readonly DiffLine[] }): JSX.Element {
  const shown = lines.slice(0, LIMITS.diffMost);
  return h(
    "div",
    { class: "diff", role: "group", "aria-label": "Changes", tabIndex: 0 },
    shown.map(({ type, text: line, before, after }) =>
      h(
        "div",
        { class: `line ${type}` },
        h("span", { class: "number" }, before ?? ""),
        h("span", { class: "number" }, after ?? ""),
        h("span", { class: "sign" }, SIGNS[type]),
        h("span", { class: "content" }, codeText(line.slice(0, LIMITS.textHead)) || " "),
      ),
    ),
    shown.length < lines.length && h("div", { class: "line note" }, count(lines.length - shown.length, "further line")),
  );
}
