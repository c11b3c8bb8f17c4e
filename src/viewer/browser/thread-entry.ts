import { type ComponentChild, h, type JSX } from "preact";
import { list, record, text } from "./fields.ts";
import { ago, exactTime, words as inWords, oneLine, shortPath } from "./format.ts";
import { Icon, toneOf } from "./parts.ts";
import { codeText } from "./plain-text.ts";
import { threadHref } from "./router.ts";
import { idOf } from "./turn-items.ts";
import type { ItemContent, SearchHit, Thread } from "./types.ts";

/** Messages shown below a thread that a search found. */
const MOST_HITS = 2;
/** Characters before the word that was found. */
const BEFORE = 60;

interface Props {
  readonly thread: Thread;
  readonly hits: readonly SearchHit[];
  readonly words: string;
  readonly nowMs: number;
  readonly isChosen: boolean;
}

/** A thread in the list. */
export function ThreadEntry({ thread, hits, words, nowMs, isChosen }: Props): JSX.Element {
  const { threadId, preview, status, updatedAtMs } = thread;
  const title = oneLine(preview, 300);
  const time = h(
    "time",
    { dateTime: new Date(updatedAtMs).toISOString(), title: exactTime(updatedAtMs) },
    ago(updatedAtMs, nowMs),
  );
  return h(
    "article",
    { class: `thread ${isChosen ? "chosen" : ""}` },
    h(
      "a",
      { href: threadHref(threadId), class: "thread-main" },
      h("span", {
        class: `dot ${toneOf(status)}`,
        role: "img",
        "aria-label": status === null ? "no turns" : inWords(status),
        title: status === null ? "no turns" : inWords(status),
      }),
      h(
        "span",
        { class: `thread-title ${title === "" ? "faint" : ""}`, dir: "auto" },
        h("bdi", null, title || "Nothing was said yet"),
      ),
      time,
      h("span", { class: "thread-about" }, about(thread)),
    ),
    hits.slice(0, MOST_HITS).map((hit) => h(Hit, { hit, words })),
  );
}

function about({
  cwd,
  git,
  sourceKind,
  agentNickname,
  agentRole,
  parentThreadId,
  forkedFromId,
  modelProvider,
}: Thread): ComponentChild[] {
  const agent = [agentNickname, agentRole].filter((part) => part !== null).join(", ");
  const parts: ComponentChild[] = [
    cwd !== null && cwd !== "" && h("bdi", { class: "code-text", title: cwd }, shortPath(codeText(cwd))),
    git?.branch != null && h("bdi", { class: "code-text" }, codeText(git.branch)),
    sourceKind !== null && h("span", null, inWords(sourceKind)),
    modelProvider !== null && h("span", null, modelProvider),
    agent !== "" && h("bdi", null, agent),
    parentThreadId !== null && h("span", { class: "tag" }, h(Icon, { name: "agents" }), "sub-agent"),
    forkedFromId !== null && h("span", { class: "tag" }, h(Icon, { name: "fork" }), "fork"),
  ];
  return parts.filter((part) => part !== false);
}

/** A message that was found: the words in what is around them. */
function Hit({ hit, words }: { readonly hit: SearchHit; readonly words: string }): JSX.Element {
  const { thread, item } = hit;
  const message = item.item === null ? "" : messageOf(item.item);
  return h(
    "a",
    { class: "hit", href: threadHref(thread.threadId, item.turnId, idOf(item)), dir: "auto" },
    h(Icon, { name: item.item?.type === "userMessage" ? "user" : "agent" }),
    h("bdi", null, marked(message, words)),
  );
}

function messageOf(item: ItemContent): string {
  const own = text(item.text);
  return (
    own ??
    list(item.content)
      .flatMap((part) => text(record(part).text) ?? [])
      .join(" ")
  );
}

function marked(message: string, words: string): ComponentChild[] {
  const wanted = words
    .trim()
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(escaped);
  const pattern = new RegExp(`(${wanted.join("|")})`, "gi");
  const first = Math.max(0, message.search(pattern) - BEFORE);
  const shown = `${first > 0 ? "…" : ""}${oneLine(message.slice(first, first + 600), 220)}`;
  return shown.split(pattern).map((part, index) => (index % 2 === 1 ? h("mark", null, part) : part));
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
