import { appendFileSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { ROOT } from "../../scripts/root.ts";
import { now, placeOf } from "../../test/agent/support/arrivals.ts";

const CORPUS = join(ROOT, "test", "corpus");
const NEWEST = "0.169.0";
/** So many agents write at the same time, in turn. */
const AGENTS = 8;
/** Any day will do. */
const [DAY, NAME_TIME] = [join("2026", "06", "05"), "2026-06-05T10-00-00"];

interface CorpusRollout {
  readonly threadId: string;
  readonly text: string;
}

/** A rollout that is being written. */
interface Writing {
  readonly threadId: string;
  readonly file: string;
  readonly lines: readonly string[];
  next: number;
}

/** Agents that write real lines into rollout files of their own, one line at a time. */
export class Agents {
  readonly #folder: string;
  readonly #corpus = corpus();
  readonly #writing: Writing[];
  #begun = 0;

  /** Under a folder of sessions. */
  constructor(sessions: string) {
    this.#folder = join(sessions, DAY);
    mkdirSync(this.#folder, { recursive: true });
    this.#writing = Array.from({ length: AGENTS }, () => this.#begin());
  }

  /** Writes so many lines at a steady pace; answers when each was written, by its place. */
  async write(lines: number, perSecond: number): Promise<Map<string, number>> {
    const written = new Map<string, number>();
    const begun = performance.now();
    for (let n = 0; n < lines; n++) {
      const early = begun + (n * 1000) / perSecond - performance.now();
      if (early > 0) await sleep(early);
      const place = this.#writeLine(n % AGENTS);
      written.set(place, now());
    }
    return written;
  }

  #writeLine(agent: number): string {
    let writing = this.#writing[agent];
    if (writing === undefined || writing.next === writing.lines.length) {
      writing = this.#begin();
      this.#writing[agent] = writing;
    }
    const position = writing.next++;
    appendFileSync(writing.file, `${writing.lines[position]}\n`);
    return placeOf(writing.threadId, position);
  }

  #begin(): Writing {
    const number = this.#begun++;
    const rollout = this.#corpus[number % this.#corpus.length];
    if (rollout === undefined) throw new Error(`${CORPUS} holds no rollout of ${NEWEST}`);
    const threadId = `0197b000-0000-7000-8000-${number.toString(16).padStart(12, "0")}`;
    const file = join(this.#folder, `rollout-${NAME_TIME}-${threadId}.jsonl`);
    return { threadId, file, lines: rollout.text.replaceAll(rollout.threadId, threadId).split("\n"), next: 0 };
  }
}

/** Those of the newest Codex that stand alone. */
function corpus(): CorpusRollout[] {
  return readdirSync(CORPUS)
    .filter((name) => name.endsWith(NEWEST))
    .map((name) => {
      const about: { readonly thread_id: string } = JSON.parse(readFileSync(join(CORPUS, name, "about.json"), "utf8"));
      return { threadId: about.thread_id, text: readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8").trimEnd() };
    });
}
