import type { LineageRollout } from "./histories.ts";

/** What Codex keeps of rollouts and shows of a lineage, by the letter of its own tables (paginated §3): a row for each rollout. */

export interface NaiveTurn {
  readonly id: string;
  readonly status: string;
  readonly items: readonly string[];
  /** Its first user message and its final answer. */
  readonly summary: readonly string[];
}

interface CodexTurn {
  readonly id: string;
  readonly ordinal: number;
  status: string;
  question: string | null;
  answer: string | null;
}

interface CodexItem {
  readonly turnId: string;
  readonly id: string;
  readonly ordinal: number;
  readonly type: string;
  readonly phase: string | null;
}

interface Tables {
  readonly turns: Map<string, CodexTurn>;
  readonly items: CodexItem[];
}

interface Payload {
  readonly type: string;
  readonly turn_id: string;
  readonly item: { readonly type: string; readonly id: string; readonly phase?: string };
}

const ENDS: Readonly<Record<string, string>> = { task_complete: "completed", turn_aborted: "interrupted" };

function tablesOf({ lines, start }: LineageRollout): Tables {
  const tables: Tables = { turns: new Map(), items: [] };
  for (const [at, line] of lines.entries()) {
    const { payload } = JSON.parse(String(line)) as { readonly payload: Payload };
    if (payload.type === "item_completed") addItem(tables, payload, start + at);
    else if (payload.type === "task_started" || payload.type in ENDS) addTurnLine(tables, payload, start + at);
  }
  return tables;
}

function addItem({ turns, items }: Tables, { turn_id: turnId, item }: Payload, ordinal: number): void {
  const { id, type, phase = null } = item;
  items.push({ turnId, id, ordinal, type, phase });
  const turn = turns.get(turnId);
  if (turn?.status !== "inProgress") return;
  if (type === "UserMessage") turn.question ??= id;
  if (phase === "final_answer") turn.answer = id;
}

function addTurnLine({ turns, items }: Tables, { type, turn_id: id }: Payload, ordinal: number): void {
  const turn = turns.get(id) ?? { id, ordinal, status: "inProgress", question: null, answer: null };
  turns.set(id, turn);
  if (turn.status !== "inProgress") return;
  turn.status = ENDS[type] ?? "inProgress";
  const of = items.filter(({ turnId }) => turnId === id);
  const words = of.filter((item) => item.type === "AgentMessage");
  turn.question ??= of.find((item) => item.type === "UserMessage")?.id ?? null;
  const answer = words.findLast(({ phase }) => phase === "final_answer");
  turn.answer =
    (answer ?? (type in ENDS ? words.findLast(({ phase }) => phase === null) : undefined))?.id ?? turn.answer;
}

/** The turns and items that the thread of this rollout shows, its newest. */
export function shownByCodex(newest: LineageRollout): { readonly turns: NaiveTurn[]; readonly items: string[] } {
  const items: CodexItem[] = [];
  const turns = new Map<string, CodexTurn>();
  for (const { rollout, end } of lineageOf(newest)) {
    const tables = tablesOf(rollout);
    items.push(...tables.items.filter(({ ordinal }) => ordinal < end));
    for (const turn of tables.turns.values()) if (turn.ordinal < end) turns.set(turn.id, turn);
  }
  const shown = [...turns.values()].sort((a, b) => a.ordinal - b.ordinal);
  return {
    items: items.map(({ id }) => id),
    turns: shown.map(({ id, status, question, answer }) => {
      const of = items.filter(({ turnId }) => turnId === id).map((item) => item.id);
      return { id, status, items: of, summary: of.filter((item) => item === question || item === answer) };
    }),
  };
}

/** Oldest first, each with the ordinal that it is cut at. */
function lineageOf(newest: LineageRollout): { readonly rollout: LineageRollout; readonly end: number }[] {
  const lineage: { readonly rollout: LineageRollout; readonly end: number }[] = [];
  let end = Number.POSITIVE_INFINITY;
  for (let rollout: LineageRollout | null = newest; rollout !== null; ) {
    lineage.unshift({ rollout, end });
    end = Math.min(end, rollout.base?.cut ?? end);
    rollout = rollout.base?.rollout ?? null;
  }
  return lineage;
}
