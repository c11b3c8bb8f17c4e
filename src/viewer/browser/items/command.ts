import { h, type JSX } from "preact";
import { list, number, record, text } from "../fields.ts";
import { below, words } from "../format.ts";
import { Badge, Card, StatusBadge, Took } from "../parts.ts";
import { codeText, shellCommand, terminalText } from "../plain-text.ts";
import { LongText, Output } from "../text-block.ts";
import type { ItemProps } from "./item-props.ts";

export function CommandExecution({ item, cwd }: ItemProps): JSX.Element {
  const command = codeText(shellCommand(text(item.command) ?? ""));
  const folder = text(item.cwd);
  const exitCode = number(item.exitCode);
  const status = text(item.status);
  const output = terminalText(text(item.aggregatedOutput) ?? "").replace(/\n+$/, "");
  const isUsers = item.source === "userShell";
  const aside = [
    isUsers && h(Badge, { tone: "off" }, "typed by the user"),
    h(StatusBadge, { status: exitCode !== null && exitCode !== 0 && status === "failed" ? null : status }),
    exitCode !== null && h(Badge, { tone: exitCode === 0 ? "quiet" : "bad" }, `exit ${exitCode}`),
    h(Took, { ms: number(item.durationMs) }),
  ];
  const title = h(
    "code",
    { class: "command", dir: "ltr" },
    command.length > 1_000 ? h(LongText, { name: "command", text: command }) : command,
  );
  return h(
    Card,
    { icon: "command", kind: "terminal", title, aside },
    folder !== null && folder !== cwd && h("div", { class: "faint code-text" }, `in ${codeText(below(folder, cwd))}`),
    h(Actions, { actions: item.commandActions }),
    output !== "" && h(Output, { name: "output", text: output }),
  );
}

/** What Codex made of the command, where it says more than the command does. */
function Actions({ actions }: { readonly actions: unknown }): JSX.Element | null {
  const shown = list(actions)
    .map(record)
    .filter(({ type }) => type !== "unknown");
  if (shown.length === 0) return null;
  const labels = shown.map(({ type, name, path, query }) => {
    const what = [query, name ?? path].flatMap((value) => text(value) ?? []).map(codeText);
    return h("span", { class: "chip" }, h("span", { class: "chip-label" }, words(text(type) ?? "")), what.join(" in "));
  });
  return h("div", { class: "chips" }, labels);
}
