import type { Random } from "../random.ts";
import { type HistoryMode, type RolloutFile, rolloutName } from "../rollout-file.ts";
import { Conversation, type Step } from "./conversation.ts";
import type { Families } from "./families.ts";
import { brokenText, padded, spoiledFrame, styleOf } from "./framing.ts";
import { malform } from "./malform.ts";
import { Ordinals } from "./ordinals.ts";
import { Scene } from "./scene.ts";
import { type Fields, PLAIN, Raw, type Value, write } from "./written.ts";

export const LONGEST = 60;

export type Plan = {
  mode: HistoryMode;
  threadId: string;
  rolloutId?: string;
  /** Of the file's name: later rollouts of a thread have later names. */
  minute: number;
  lines: number;
  /** The ordinal of the first line. */
  start: number;
  /** Fields of the session_meta line besides the usual ones. */
  meta: Fields;
  asked: boolean;
  orderlyOrdinals: boolean;
};

export type Made = {
  file: RolloutFile;
  /** What each line is, for the coverage table. */
  kinds: string[];
  ordinals: number[];
  turnIds: string[];
};

/** Writes one rollout file, line by line. */
export function makeRollout(plan: Plan, families: Families, random: Random): Made {
  const scene = new Scene(random, families, plan.mode, plan.threadId);
  const conversation = new Conversation(scene);
  const writer = new LineWriter(plan, families, random);
  const texts = [writer.sessionMeta(plan)];
  const kinds = ["session_meta"];
  for (let index = 1; index < plan.lines; index++) {
    const step = conversation.next();
    texts.push(writer.line(step));
    kinds.push(step.kind);
  }
  if (plan.mode === "paginated") texts.push(writer.lastLine());
  const name = rolloutName(plan.minute, plan.threadId, plan.rolloutId);
  const file = {
    name,
    threadId: plan.threadId,
    mode: plan.mode,
    text: texts.join("\n") + writer.ending(),
    asked: plan.asked,
  };
  return { file, kinds, ordinals: writer.taken, turnIds: scene.turnIds };
}

class LineWriter {
  /** The ordinals of the lines written so far. */
  readonly taken: number[] = [];
  private readonly random: Random;
  private readonly mode: HistoryMode;
  private readonly ordinals: Ordinals;
  private readonly malformed: number;
  private readonly broken: number;
  private second = 0;

  constructor({ mode, start, orderlyOrdinals }: Plan, families: Families, random: Random) {
    this.random = random;
    this.mode = mode;
    this.ordinals = new Ordinals(
      random,
      start,
      families.has("ordinals") && !orderlyOrdinals ? random.pick([0, 0, 0.1, 0.4]) : 0,
    );
    this.malformed = families.has("malformed") ? random.pick([0, 0, 0.03, 0.3]) : 0;
    this.broken = families.has("framing") ? random.pick([0, 0, 0.03, 0.3]) : 0;
  }

  sessionMeta({ mode, threadId, meta }: Plan): string {
    const payload = {
      id: threadId,
      timestamp: "2026-06-05T10:00:00.000Z",
      cwd: "/w",
      originator: "conformance",
      cli_version: "0.169.0",
      source: "exec",
      model_provider: "mock",
      history_mode: mode === "paginated" ? "paginated" : this.random.pick([undefined, "legacy"]),
      ...meta,
    };
    return write({ ...this.frame("session_meta", this.ordinals.orderly()), payload }, PLAIN, this.random);
  }

  line({ line, payload, quiet }: Step): string {
    const { random } = this;
    const content: Value = !quiet && random.chance(this.malformed) ? malform(payload, random) : payload;
    const fields: Fields = {
      ...this.frame(line, this.mode === "paginated" ? this.ordinals.next() : undefined),
      payload: content,
    };
    if (!random.chance(this.broken)) return write(fields, PLAIN, random);
    const text = write(random.chance(0.4) ? spoiledFrame(fields, random) : fields, styleOf(random), random);
    return random.chance(0.4) ? brokenText(text, random) : padded(text, random);
  }

  /** Codex opens no rollout whose last line has no ordinal. */
  lastLine(): string {
    return write(
      {
        ...this.frame("event_msg", this.ordinals.orderly()),
        payload: { type: "token_count", info: null, rate_limits: null },
      },
      PLAIN,
      this.random,
    );
  }

  /** A file being written may end in the middle of a line. */
  ending(): string {
    if (!this.random.chance(this.broken)) return "\n";
    return this.random.pick([
      "",
      "\n\n",
      '\n{"timestamp":"2026-06-05T10:00:00Z","type":"event_msg","payl',
      "\r\n",
      "\n \n",
    ]);
  }

  private frame(type: string, ordinal: Value | undefined): Fields {
    this.second += this.random.below(3);
    if (typeof ordinal === "number") this.taken.push(ordinal);
    return {
      timestamp: new Raw(`"${new Date(Date.UTC(2026, 5, 5, 10, 0, this.second)).toISOString()}"`),
      ordinal,
      type,
    };
  }
}
