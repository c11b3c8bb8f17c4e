import { type ComponentChild, h, type JSX } from "preact";
import { json, text } from "./fields.ts";
import { Fold } from "./folds.ts";
import { count, exactTime, oneLine, shortPath, words } from "./format.ts";
import { StatusBadge, ThreadLink, toneOf } from "./parts.ts";
import { codeText } from "./plain-text.ts";
import type { Thread } from "./types.ts";

export function ThreadHeader({
  thread,
  turns,
}: {
  readonly thread: Thread;
  readonly turns: number | null;
}): JSX.Element {
  const { threadId, status, cwd, git, createdAtMs, updatedAtMs, forkedFromId, parentThreadId } = thread;
  const title = oneLine(thread.preview, 160) || "Nothing was said yet";
  document.title = title;
  return h(
    "header",
    { class: "thread-header" },
    h("h1", { dir: "auto" }, title),
    h(
      "div",
      { class: "facts" },
      h(
        "span",
        { class: "fact" },
        h("span", { class: `dot ${toneOf(status)}` }),
        status === null ? "no turns" : words(status),
      ),
      fact("Working directory", cwd === null ? null : h("code", { title: cwd, dir: "ltr" }, shortPath(codeText(cwd)))),
      fact("Branch", git?.branch == null ? null : h("code", null, codeText(git.branch))),
      fact("Model provider", thread.modelProvider),
      fact("Source", sourceOf(thread)),
      fact("Last change", h("time", { dateTime: new Date(updatedAtMs).toISOString() }, exactTime(updatedAtMs))),
      turns !== null && fact("Length", count(turns, "turn")),
      forkedFromId !== null && h("span", { class: "fact" }, "forked from ", h(ThreadLink, { id: forkedFromId })),
      parentThreadId !== null && h("span", { class: "fact" }, "agent of ", h(ThreadLink, { id: parentThreadId })),
      agentName(thread),
    ),
    h(Fold, {
      name: "more",
      class: "more-facts",
      summary: "More",
      children: () =>
        h("dl", null, [
          pair("Thread", h("code", null, threadId)),
          pair("Begun", exactTime(createdAtMs)),
          pair("Working directory", h("code", null, codeText(cwd ?? "?"))),
          pair("Codex", [thread.cliVersion, thread.originator].filter((part) => part !== null).join(", ")),
          pair("History", thread.historyMode),
          pair("Rollout", h("code", null, thread.rolloutId)),
          pair("Commit", git?.commitHash == null ? null : h("code", null, codeText(git.commitHash))),
          pair("Repository", git?.repositoryUrl == null ? null : codeText(git.repositoryUrl)),
          pair(
            "Source",
            typeof thread.source === "string" || thread.source === null
              ? null
              : h("pre", { class: "json" }, json(thread.source)),
          ),
        ]),
    }),
    h(StatusBadge, { status: null }),
  );
}

function fact(label: string, value: ComponentChild): ComponentChild {
  return value === null || value === ""
    ? null
    : h("span", { class: "fact", title: label }, h("span", { class: "sr" }, `${label}: `), value);
}

function pair(label: string, value: ComponentChild): ComponentChild {
  return value === null || value === "" ? null : h("div", null, h("dt", null, label), h("dd", null, value));
}

function sourceOf({ sourceKind, source }: Thread): string | null {
  return sourceKind === null ? text(source) : words(sourceKind);
}

function agentName({ agentNickname, agentRole }: Thread): ComponentChild {
  const name = [agentNickname, agentRole].filter((part) => part !== null).join(", ");
  return fact("Agent", name === "" ? null : codeText(name));
}
