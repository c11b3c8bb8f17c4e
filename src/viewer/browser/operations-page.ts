import { type ComponentChild, h, type JSX } from "preact";
import { useCallback, useEffect, useState } from "preact/hooks";
import { ApiError, getJson } from "./api.ts";
import { count, exactTime, words } from "./format.ts";
import { LIMITS } from "./limits.ts";
import { Badge, shortId, ThreadLink } from "./parts.ts";
import { codeText } from "./plain-text.ts";
import { Failure, Loading } from "./states.ts";
import type { DeadLetter, ObserverStatus, Page, QuarantinedThread } from "./types.ts";

interface Known {
  /** Null: what observers do is not known here. */
  readonly observers: readonly ObserverStatus[] | null;
  readonly quarantined: readonly QuarantinedThread[];
  readonly letters: Page<DeadLetter>;
}

/** What the operator sees: where the observers are, and what they stopped at. */
export function OperationsPage(): JSX.Element {
  const [known, setKnown] = useState<Known | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [older, setOlder] = useState<readonly DeadLetter[]>([]);
  const [cursor, setCursor] = useState<string | null>(null);
  const read = useCallback(async () => {
    try {
      setKnown(await readAll());
      setError(null);
    } catch (problem) {
      setError(problem);
    }
  }, []);
  useEffect(() => {
    document.title = "Operations";
    void read();
    const timer = setInterval(() => document.hidden || void read(), LIMITS.operationsMs);
    return () => clearInterval(timer);
  }, []);
  if (known === null && error !== null)
    return h("main", { class: "operations" }, h(Failure, { error, what: "page", onRetry: () => void read() }));
  if (known === null) return h("main", { class: "operations" }, h(Loading, { label: "Operations are loading" }));
  const { letters } = known;
  const next = cursor ?? letters.nextCursor;
  const more = async () => {
    const page = await getJson<Page<DeadLetter>>("/v1/operations/dead-letters", { cursor: next });
    setOlder([...older, ...page.data]);
    setCursor(page.nextCursor ?? "");
  };
  const moreLetters =
    next === null || next === ""
      ? null
      : h("button", { type: "button", onClick: () => void more().catch(setError) }, "Older dead letters");
  return h(
    "main",
    { class: "operations" },
    error !== null &&
      h(
        "div",
        { class: "banner bad", role: "alert" },
        "This is not up to date: ",
        error instanceof Error ? error.message : String(error),
      ),
    h("h1", null, "Operations"),
    h(Observers, { observers: known.observers }),
    h(Quarantined, { threads: known.quarantined, isKnown: known.observers !== null }),
    h(DeadLetters, { letters: joined(letters.data, older), more: moreLetters }),
  );
}

async function readAll(): Promise<Known> {
  const [observers, quarantined, letters] = await Promise.all([
    knownOr<{ data: readonly ObserverStatus[] } | null>(getJson("/v1/operations/observers"), null),
    knownOr<{ data: readonly QuarantinedThread[] }>(getJson("/v1/operations/quarantined"), { data: [] }),
    getJson<Page<DeadLetter>>("/v1/operations/dead-letters"),
  ]);
  return { observers: observers?.data ?? null, quarantined: quarantined.data, letters };
}

async function knownOr<T>(asked: Promise<T>, other: T): Promise<T> {
  try {
    return await asked;
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return other;
    throw error;
  }
}

/** Letters that came meanwhile push some of the first page into the older ones. */
function joined(newest: readonly DeadLetter[], older: readonly DeadLetter[]): readonly DeadLetter[] {
  const known = new Set(newest.map(letterKey));
  return [...newest, ...older.filter((letter) => !known.has(letterKey(letter)))];
}

function letterKey({ observer, sourcePartition, sourceOffset }: DeadLetter): string {
  return `${observer} ${sourcePartition} ${sourceOffset}`;
}

function Observers({ observers }: { readonly observers: Known["observers"] }): JSX.Element {
  if (observers === null)
    return section(
      "Observers",
      h("p", { class: "faint" }, "What the observers do is not known to this server: it reads their results only."),
    );
  if (observers.length === 0) return section("Observers", h("p", { class: "faint" }, "None has said anything yet."));
  const rows = [...observers]
    .sort((a, b) => a.observer.localeCompare(b.observer) || a.partition - b.partition)
    .map((status) => h(Observer, { key: `${status.observer} ${status.partition}`, status }));
  const behind = observers.reduce((n, status) => n + (lagOf(status) ?? 0), 0);
  return section("Observers", [
    h("p", { class: "faint" }, behind === 0 ? "All that was written is in." : `${count(behind, "record")} behind.`),
    table(["Observer", "Partition", "Phase", "Position", "End", "Behind"], rows),
  ]);
}

function lagOf({ position, end }: ObserverStatus): number | null {
  return position === null || end === null ? null : Math.max(0, end - position);
}

function Observer({ status }: { readonly status: ObserverStatus }): JSX.Element {
  const { observer, partition, phase, detail, position, end, rebuildRemaining } = status;
  const lag = lagOf(status);
  const done = position === null || end === null || end === 0 ? null : Math.min(1, position / end);
  const isStopped = /stop|fail|hold|quarantin/i.test(phase ?? "");
  return h(
    "tr",
    null,
    h("th", { scope: "row" }, observer),
    h("td", { class: "n" }, partition),
    h(
      "td",
      null,
      h(
        Badge,
        { tone: isStopped ? "bad" : phase === null ? "off" : lag === 0 ? "good" : "busy" },
        phase === null ? "unknown" : words(phase),
      ),
      detail !== null && h("div", { class: "faint" }, codeText(detail)),
      rebuildRemaining !== null && h("div", { class: "faint" }, `rebuilds: ${count(rebuildRemaining, "record")} to go`),
    ),
    h("td", { class: "n" }, position?.toLocaleString() ?? "–"),
    h("td", { class: "n" }, end?.toLocaleString() ?? "–"),
    h(
      "td",
      { class: `n ${lag !== null && lag > 0 ? "behind" : ""}` },
      lag?.toLocaleString() ?? "–",
      done !== null && lag !== 0 && h("progress", { value: done, max: 1, "aria-label": "Read of the partition" }),
    ),
  );
}

function Quarantined({
  threads,
  isKnown,
}: {
  readonly threads: readonly QuarantinedThread[];
  readonly isKnown: boolean;
}): JSX.Element | null {
  if (!isKnown) return null;
  if (threads.length === 0)
    return section("Quarantined threads", h("p", { class: "faint" }, "None: no observer stopped at a thread."));
  const rows = threads.map(({ observer, partition, offset, threadId, reason, action }) =>
    h(
      "tr",
      { key: `${observer} ${partition} ${offset}` },
      h("th", { scope: "row" }, h(ThreadLink, { id: threadId })),
      h("td", null, observer),
      h("td", { class: "n" }, `${partition} @ ${offset.toLocaleString()}`),
      h("td", null, h(Badge, { tone: action === "hold" ? "bad" : "off" }, action)),
      h("td", { class: "reason" }, codeText(reason)),
    ),
  );
  return section("Quarantined threads", [
    h(
      "p",
      { class: "faint" },
      "An observer stopped at them, and goes on when it is decided how: ",
      h("code", null, "thread-history quarantined"),
      ".",
    ),
    table(["Thread", "Observer", "Record", "Decision", "Reason"], rows),
  ]);
}

function DeadLetters({
  letters,
  more,
}: {
  readonly letters: readonly DeadLetter[];
  readonly more: ComponentChild;
}): JSX.Element {
  if (letters.length === 0)
    return section("Dead letters", h("p", { class: "faint" }, "None: every record could be taken."));
  const rows = letters.map((letter) => {
    const { observer, code, reason, threadId, sourcePartition, sourceOffset, position, recordedAtMs } = letter;
    return h(
      "tr",
      { key: letterKey(letter) },
      h("th", { scope: "row" }, h("time", { dateTime: new Date(recordedAtMs).toISOString() }, exactTime(recordedAtMs))),
      h("td", null, h("code", null, code)),
      h("td", { class: "reason" }, codeText(reason)),
      h(
        "td",
        null,
        threadId === null ? "–" : h(ThreadLink, { id: threadId }, shortId(threadId)),
        position !== null && h("span", { class: "faint" }, ` line ${position}`),
      ),
      h("td", null, observer),
      h("td", { class: "n" }, `${sourcePartition} @ ${sourceOffset.toLocaleString()}`),
    );
  });
  return section("Dead letters", [table(["When", "Code", "Reason", "Thread", "Observer", "Record"], rows), more]);
}

function section(title: string, content: ComponentChild): JSX.Element {
  return h("section", { "aria-label": title }, h("h2", null, title), content);
}

function table(headings: readonly string[], rows: ComponentChild): JSX.Element {
  const head = h(
    "tr",
    null,
    headings.map((heading) => h("th", { scope: "col" }, heading)),
  );
  return h(
    "div",
    { class: "table", tabIndex: 0, role: "group" },
    h("table", null, h("thead", null, head), h("tbody", null, rows)),
  );
}
