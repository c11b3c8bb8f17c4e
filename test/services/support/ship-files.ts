import {
  appendFileSync,
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { zstdCompressSync, zstdDecompressSync } from "node:zlib";
import {
  agent,
  completed,
  itemCompleted,
  itemStarted,
  type Line,
  paginatedSession,
  plan,
  rollout,
  session,
  started,
  user,
} from "../../support/story.ts";
import { generatedThreads } from "./workload.ts";

const NEWLINE = 0x0a;

/** A rollout's file, as its agent knows it. */
interface File {
  readonly thread: Thread;
  readonly rolloutId: string;
  readonly name: string;
  path: string;
  /** What is being written to it: the end of a torn line, and more. */
  pending: Buffer;
  isCopied: boolean;
}

interface Thread {
  readonly threadId: string;
  readonly story: Story;
  /** The oldest first: only the last one is written to. */
  readonly files: File[];
  next: number;
}

/** What the files of a thread hold in the end. */
export interface FinalThread {
  readonly threadId: string;
  readonly isPlain: boolean;
  /** In the order of their names. */
  readonly rollouts: readonly { readonly rolloutId: string; readonly lines: readonly string[] }[];
}

/** How often what is done to a file. */
const DEEDS = [
  [12, "grow"],
  [2, "revert"],
  [1, "cut"],
  [1, "replace"],
  [1, "write anew"],
  [1, "move"],
  [0.5, "copy"],
  [0.5, "compress"],
] as const;
type Deed = (typeof DEEDS)[number][1];

/** Something happens to the threads that began last. */
const LIVE_THREADS = 12;
const NEW_THREAD = 0.03;
const MOST_ROLLOUTS = 4;
/** So many lines a thread has at most, before it says the same again. */
const EVENTS = 2_000;

/** What a thread may say. */
interface Story {
  readonly lines: readonly string[];
  /** Whether each turn and each item has an id of its own, as agents give them. */
  readonly isPlain: boolean;
}

function storiesOf(seed: number): Story[] {
  const generated = generatedThreads(LIVE_THREADS / 2, EVENTS, seed).flatMap(({ rollouts }) => rollouts);
  return generated.flatMap(({ lines }, n) => [
    { lines: lines.map(String), isPlain: false },
    { lines: plainLines(n % 2 === 0), isPlain: true },
  ]);
}

function plainLines(isPaginated: boolean): string[] {
  const turns = Array.from({ length: EVENTS / 4 }, (_, turn) => plainTurn(`turn-${turn}`, isPaginated));
  return rollout("", [isPaginated ? paginatedSession() : session(), ...turns.flat()]).lines.map(String);
}

function plainTurn(id: string, isPaginated: boolean): Line[] {
  const said = isPaginated
    ? [itemStarted(id, plan(`${id}-plan`)), itemCompleted(id, plan(`${id}-plan`, `of ${id}`))]
    : [user(`question of ${id}`), agent(`answer of ${id}`)];
  return [started(id), ...said, completed(id)];
}

/** A folder of Codex, in which random things happen to valid rollouts. */
export class RolloutFolder {
  readonly path: string;
  /** How often each thing was done. */
  readonly done = new Map<string, number>();
  readonly #random: () => number;
  readonly #stories: readonly Story[];
  readonly #threads: Thread[] = [];
  readonly #everWritten = new Set<string>();
  #made = 0;

  constructor(path: string, seed: number, random: () => number) {
    this.path = path;
    this.#random = random;
    this.#stories = storiesOf(seed);
    mkdirSync(join(path, "archived_sessions"), { recursive: true });
  }

  /** Something happens to some file. */
  step(): void {
    if (this.#threads.length === 0 || this.#random() < NEW_THREAD) {
      this.#do("new thread", this.#newThread());
      return;
    }
    const thread = this.#one(this.#threads.slice(-LIVE_THREADS));
    const file = thread.files.at(-1);
    if (file === undefined) return;
    this.#do(this.#deed(), file);
  }

  /** All that was begun is written to its end. */
  finish(): void {
    for (const thread of this.#threads) {
      for (const file of thread.files) this.#complete(file);
      this.#note(thread);
    }
  }

  final(): FinalThread[] {
    return this.#threads.map(({ threadId, story, files }) => ({
      threadId,
      isPlain: story.isPlain,
      rollouts: files.map((file) => ({ rolloutId: file.rolloutId, lines: textOf(file).split("\n").slice(0, -1) })),
    }));
  }

  /** Whether a line ever stood in a file of a thread. */
  wasWritten(threadId: string, line: string): boolean {
    return this.#everWritten.has(`${threadId} ${line}`);
  }

  #do(deed: Deed | "new thread", file: File): void {
    this.done.set(deed, (this.done.get(deed) ?? 0) + 1);
    const isOver = file.path.endsWith(".zst");
    switch (deed) {
      case "new thread":
      case "grow":
        if (!isOver) this.#grow(file);
        break;
      case "revert":
        if (file.thread.files.length < MOST_ROLLOUTS) this.#grow(this.#revert(file));
        break;
      case "cut":
        if (!isOver && !file.isCopied) this.#cut(file);
        break;
      case "replace":
      case "write anew":
        if (!isOver && !file.isCopied) this.#replace(file, deed === "replace");
        break;
      case "move":
        this.#move(this.#one(file.thread.files));
        break;
      case "copy":
        this.#copy(file);
        break;
      case "compress":
        this.#compress(this.#one(file.thread.files));
        break;
    }
    this.#note(file.thread);
  }

  #note({ threadId, files }: Thread): void {
    for (const file of files) for (const line of textOf(file).split("\n")) this.#everWritten.add(`${threadId} ${line}`);
  }

  #newThread(): File {
    const number = this.#threads.length;
    const story = this.#stories[number % this.#stories.length];
    if (story === undefined) throw new Error("nothing to tell");
    const threadId = `0197b000-0000-7000-8000-${String(number).padStart(12, "0")}`;
    const thread: Thread = { threadId, story, files: [], next: 1 };
    this.#threads.push(thread);
    return this.#newFile(thread, threadId, sessionOf(thread));
  }

  /** A further rollout, which goes on from some line of one before it; its agent writes to no other one any more. */
  #revert(file: File): File {
    this.#complete(file);
    const { thread } = file;
    const id = `0197b000-0000-7000-8000-1${String(this.#made).padStart(11, "0")}`;
    const opened = JSON.parse(sessionOf(thread)) as { payload: { history_mode: string } };
    const from = this.#one(thread.files);
    const cut = Number(/"ordinal":(\d+)/.exec(this.#one(textOf(from).split("\n")))?.[1] ?? 0);
    const base = { thread_id: from.rolloutId, end_ordinal_exclusive: cut, end_byte_offset: 0 };
    const payload = { ...opened.payload, ...(opened.payload.history_mode === "paginated" && { history_base: base }) };
    return this.#newFile(thread, id, JSON.stringify({ ...opened, ordinal: cut, payload }));
  }

  #newFile(thread: Thread, rolloutId: string, first: string): File {
    this.#made += 1;
    const time = new Date(Date.UTC(2026, 0, 1, 0, this.#made)).toISOString().slice(0, 19).replaceAll(":", "-");
    const further = rolloutId === thread.threadId ? "" : `_${rolloutId}`;
    const name = `rollout-${time}-${thread.threadId}${further}.jsonl`;
    const path = join(this.path, "sessions", `day-${Math.floor(this.#made / 5)}`, name);
    mkdirSync(dirname(path), { recursive: true });
    const file: File = { thread, rolloutId, name, path, pending: Buffer.from(`${first}\n`), isCopied: false };
    thread.files.push(file);
    writeFileSync(path, "");
    return file;
  }

  /** Seldom all at once: a line may be torn until the next time. */
  #grow(file: File): void {
    const bytes = Buffer.concat([file.pending, Buffer.from(this.#lines(file.thread, 1 + this.#whole(40)))]);
    const length = this.#random() < 0.4 ? this.#whole(bytes.length) : bytes.length;
    appendFileSync(file.path, bytes.subarray(0, length));
    file.pending = bytes.subarray(length);
  }

  #complete(file: File): void {
    if (file.path.endsWith(".zst")) return;
    appendFileSync(file.path, file.pending);
    file.pending = Buffer.alloc(0);
    const text = readFileSync(file.path);
    if (text.length > 0 && text.at(-1) !== NEWLINE) appendFileSync(file.path, "\n");
  }

  #cut(file: File): void {
    const text = readFileSync(file.path);
    const first = text.indexOf(NEWLINE) + 1;
    if (first === 0) return;
    truncateSync(file.path, first + this.#whole(text.length - first));
    file.pending = Buffer.alloc(0);
  }

  /** As a migration does: other lines after the same first one, or another first one. */
  #replace(file: File, byRename: boolean): void {
    const [first = "", ...more] = textOf(file).split("\n");
    if (more.length === 0) return;
    file.pending = Buffer.alloc(0);
    const opened = this.#random() < 0.5 ? first : JSON.stringify({ ...JSON.parse(first), replaced: this.#made++ });
    const text = `${opened}\n${this.#lines(file.thread, 1 + this.#whole(30))}`;
    writeFileSync(byRename ? `${file.path}.tmp` : file.path, text);
    if (byRename) renameSync(`${file.path}.tmp`, file.path);
  }

  #move(file: File): void {
    const folders = [join(this.path, "archived_sessions"), join(this.path, "sessions", "again")];
    const to = folders.find((folder) => folder !== dirname(file.path)) ?? this.path;
    this.#moveTo(file, join(to, basename(file.path)));
  }

  #moveTo(file: File, path: string): void {
    mkdirSync(dirname(path), { recursive: true });
    renameSync(file.path, path);
    file.path = path;
  }

  /** It stays behind when its file goes on. */
  #copy(file: File): void {
    const copy = join(this.path, "sessions", "copies", basename(file.path));
    mkdirSync(dirname(copy), { recursive: true });
    copyFileSync(file.path, copy);
    file.isCopied = true;
  }

  #compress(file: File): void {
    if (file.path.endsWith(".zst") || file.isCopied) return;
    this.#complete(file);
    const path = join(this.path, "archived_sessions", `${file.name}.zst`);
    writeFileSync(`${path}.tmp`, zstdCompressSync(readFileSync(file.path)));
    renameSync(`${path}.tmp`, path);
    rmSync(file.path);
    file.path = path;
  }

  #lines(thread: Thread, count: number): string {
    const { lines } = thread.story;
    return Array.from({ length: count }, () => `${lines[1 + (thread.next++ % (lines.length - 1))]}\n`).join("");
  }

  #deed(): Deed {
    let at = this.#random() * DEEDS.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, deed] of DEEDS) {
      at -= weight;
      if (at < 0) return deed;
    }
    return "grow";
  }

  #one<T>(of: readonly T[]): T {
    const one = of[this.#whole(of.length)];
    if (one === undefined) throw new Error("nothing to choose from");
    return one;
  }

  /** Less than `end`. */
  #whole(end: number): number {
    return Math.floor(this.#random() * end);
  }
}

function sessionOf({ story }: Thread): string {
  return story.lines[0] ?? "";
}

function textOf({ path }: File): string {
  const bytes = readFileSync(path);
  return (path.endsWith(".zst") ? zstdDecompressSync(bytes) : bytes).toString();
}
