import type { JsonText } from "../../json/index.ts";
import type { LineChanges, Mutation, ObservedLine, ObserverName } from "../../projections/index.ts";
import type { SessionMeta } from "../../rollout/index.ts";
import type { ReadResult } from "../../rollout-files/index.ts";
import type { LineOutput } from "../output.ts";
import type { KnownRollout } from "../rollouts/known.ts";
import { byThread } from "../rollouts/known.ts";
import { counted, printable, shortened } from "../terminal.ts";
import type { ProjectJob } from "./job.ts";
import { outputTo } from "./output.ts";
import { projectThread } from "./threads.ts";

/** Without `--emit`: what there is of each thread, in a few lines. */
export async function emitSummaries(job: ProjectJob): Promise<void> {
  const output = await outputTo(job, "");
  const started = performance.now();
  let threads = 0;
  let files = 0;
  let lines = 0;
  for (const rollouts of byThread(job.rollouts)) {
    const summary = new ThreadSummary(job.options.observers);
    const results = await projectThread(job, rollouts, {
      onChanges: summary.count,
      onLine: summary.see,
      onRejected: () => {
        summary.rejected += 1;
      },
      onPause: () => Promise.resolve(),
    });
    if (results.length === 0) continue;
    threads += 1;
    files += results.length;
    lines += results.reduce((sum, result) => sum + result.lines, 0);
    summary.write(output, rollouts, results);
    await output.flush();
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  output.line(`${counted(threads, "thread")}, ${counted(files, "rollout")}, ${counted(lines, "line")} in ${seconds} s`);
  await output.end();
}

const TITLE_LENGTH = 70;
/** The text of an item begins with `{"type":"`. */
const TYPE_START = 9;
/** So much of a message is looked at for its title. */
const SEEN_LENGTH = 10 * TITLE_LENGTH;
/** Where a thread comes from is told at full length as long as it is sensible. */
const ORIGIN_LENGTH = 400;

class ThreadSummary {
  rejected = 0;
  readonly #observers: readonly ObserverName[];
  #session: SessionMeta | undefined;
  #title: string | undefined;
  /** How often there was each kind of mutation, those seen first in front. */
  readonly #mutations = new Map<string, number>();
  readonly #turns = new Map<string, string>();
  readonly #items = new Map<number, string>();
  readonly #itemTypes = new Map<string, string>();

  constructor(observers: readonly ObserverName[]) {
    this.#observers = observers;
  }

  readonly see = ({ event }: ObservedLine): void => {
    if (event?.type === "session_meta") this.#session ??= event;
    else if (event?.type === "user_message") this.#title ??= titleOf(event.message);
    else if (event?.type === "item_completed" && event.item.type === "UserMessage")
      this.#title ??= titleOf(firstText(event.item.content));
  };

  readonly count = ({ items, summaries, events }: LineChanges): void => {
    this.#add("thread_item", items.length);
    for (const { itemOrdinal, materializedThreadItem } of items)
      put(this.#items, itemOrdinal, materializedThreadItem === null ? undefined : this.#typeOf(materializedThreadItem));
    this.#add("turn_summary", summaries.length);
    for (const { turnId, mutation } of summaries) put(this.#turns, turnId, mutation?.status);
    this.#add("lifecycle", events.length);
  };

  #add(type: Mutation["type"], count: number): void {
    if (count > 0) this.#mutations.set(type, (this.#mutations.get(type) ?? 0) + count);
  }

  /** A type of its own: a piece of the item's text would keep all of it in memory. */
  #typeOf({ text }: JsonText): string {
    const type = text.slice(TYPE_START, text.indexOf('"', TYPE_START));
    const known = this.#itemTypes.get(type);
    if (known !== undefined) return known;
    const own = Buffer.from(type).toString();
    this.#itemTypes.set(own, own);
    return own;
  }

  write(output: LineOutput, rollouts: readonly KnownRollout[], results: readonly ReadResult[]): void {
    const session = this.#session;
    const from =
      session === undefined
        ? "no session line"
        : `${session.historyMode}, ${session.originator} ${session.cliVersion}, ${session.cwd}`;
    output.line(`${rollouts[0]?.threadId ?? ""}  ${shortened(printable(from), ORIGIN_LENGTH)}`);
    if (this.#title !== undefined) output.line(`  ${this.#title}`);
    if (this.#observers.includes("turn-summary")) output.line(`  turns      ${tally(this.#turns.values())}`);
    if (this.#observers.includes("thread-item")) output.line(`  items      ${tally(this.#items.values())}`);
    const mutations = [...this.#mutations].map(([type, count]) => `${count} ${type}`).join(", ");
    output.line(`  mutations  ${mutations === "" ? "none" : mutations}`);
    output.line(`  lines      ${this.#lines(results)}`);
    output.line("");
  }

  #lines(results: readonly ReadResult[]): string {
    const total = results.reduce((sum, { lines }) => sum + lines, 0);
    const parts = [`${total} in ${counted(results.length, "rollout")}`];
    if (this.rejected > 0) parts.push(`${this.rejected} rejected (--rejects FILE keeps them)`);
    if (results.some(({ isTorn }) => isTorn)) parts.push("the last one is still being written");
    return parts.join(", ");
  }
}

function put<Key>(map: Map<Key, string>, key: Key, value: string | undefined): void {
  if (value === undefined) map.delete(key);
  else map.set(key, value);
}

/** `5: 4 completed, 1 failed`, the most frequent first. */
function tally(values: Iterable<string>): string {
  const counts = new Map<string, number>();
  let total = 0;
  for (const value of values) {
    counts.set(value, (counts.get(value) ?? 0) + 1);
    total += 1;
  }
  const parts = [...counts].sort(([, a], [, b]) => b - a).map(([value, count]) => `${count} ${value}`);
  return total === 0 ? "0" : `${total}: ${parts.join(", ")}`;
}

function firstText(content: readonly object[]): string | undefined {
  for (const part of content) if ("text" in part && typeof part.text === "string") return part.text;
  return undefined;
}

/** Only as much is kept as is shown. */
function titleOf(text: string | undefined): string | undefined {
  return text === undefined ? undefined : shortened(printable(text.slice(0, SEEN_LENGTH)), TITLE_LENGTH);
}
