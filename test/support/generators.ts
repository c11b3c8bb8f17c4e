import fc from "fast-check";
import { stringify } from "../../src/json/index.ts";
import type { HistoryMode } from "../../src/rollout/index.ts";
import { type Ingredients, ITEM_EVENTS, type Payload, pick, TURN_EVENTS } from "./generated-events.ts";
import { itemLine, TURN_ITEMS } from "./generated-items.ts";
import { timestampOf } from "./story.ts";
import { observedLines, type TestRollout } from "./threads.ts";

/** Random threads, as the lines of their rollouts: what clients write, and orders that none would. */

export interface TestThread {
  readonly threadId: string;
  readonly rollouts: readonly TestRollout[];
}

/** How many threads a property is tried on; more with the environment variable PROPERTY_RUNS. */
export const PROPERTY_RUNS = Number(process.env.PROPERTY_RUNS ?? 300);

/** `npm test` fixes the seed, so that a landing does not depend on luck; without it every run tries something else. */
if (process.env.PROPERTY_SEED !== undefined) fc.configureGlobal({ seed: Number(process.env.PROPERTY_SEED) });

const THREAD_ID = "01900000-0000-7000-8000-000000000001";
const ROLLOUT_IDS = [THREAD_ID, "01900000-0000-7000-8000-000000000002", "01900000-0000-7000-8000-000000000003"];
/** Few ids, so that they meet: unknown ones, generated ones, an empty one, and a name that objects already have. */
const TURN_IDS = ["a", "b", "a", "b", "c", "rollout-1", "rollout-3", "", "__proto__"];
const CALL_IDS = ["c1", "c2", "c1", "item-1", "item-2", "item-3", "__proto__"];

type Make = (of: Ingredients) => Payload;
/** A line, but for its ordinal and time stamp: text where it is no JSON. */
type Body = string | { readonly type: string; readonly payload: Payload };
type MakeBody = (of: Ingredients) => Body;

function eventMessages(kinds: Readonly<Record<string, Make>>): MakeBody[] {
  return Object.entries(kinds).map(([type, make]) => (of) => ({ type: "event_msg", payload: { type, ...make(of) } }));
}

function itemLines(type: "item_started" | "item_completed"): MakeBody[] {
  const types = Object.keys(TURN_ITEMS) as (keyof typeof TURN_ITEMS)[];
  return types.map((itemType) => (of) => ({ type: "event_msg", payload: itemLine(type, itemType, of) }));
}

const hookPrompt: MakeBody = ({ callId, variant }) => ({
  type: "response_item",
  payload: {
    type: "message",
    role: "user",
    id: pick(variant, undefined, callId, null),
    content: [{ type: "input_text", text: `<hook_prompt hook_run_id="r">check</hook_prompt>` }],
  },
});

const compacted: MakeBody = () => ({ type: "compacted", payload: { message: "m" } });

/** Lines that are read and change nothing. */
const NEUTRAL: readonly MakeBody[] = [
  ({ turnId }) => ({ type: "turn_context", payload: { turn_id: turnId } }),
  () => ({ type: "response_item", payload: { type: "message", role: "assistant", content: [] } }),
  () => ({ type: "event_msg", payload: { type: "token_count" } }),
  ({ turnId }) => ({ type: "event_msg", payload: { type: "not_yet_invented", turn_id: turnId } }),
  () => ({ type: "not_yet_invented", payload: {} }),
];

/** Lines that cannot be read in either history mode. */
export const REJECTED: readonly string[] = [
  "{",
  "[]",
  `{"timestamp":"t","type":"event_msg","payload":{"type":"task_started","turn_id":7}}`,
  `{"type":"event_msg","payload":{"type":"agent_message","message":"x"}}`,
];
const rejected: readonly MakeBody[] = [
  ...REJECTED.map((text) => () => text),
  () => "",
  () => ({ type: "event_msg", payload: { type: "user_message" } }),
];

interface Step extends Ingredients {
  readonly make: MakeBody;
  readonly numbering: "next" | "absent" | "repeated" | "back" | "gap";
}

const { thread_rolled_back, task_started, ...ends } = TURN_EVENTS;
const { user_message, agent_message, agent_reasoning, agent_reasoning_raw_content } = ITEM_EVENTS;
const messages = eventMessages({ user_message, agent_message });
const reasoning = eventMessages({ agent_reasoning, agent_reasoning_raw_content });

function step(mode: HistoryMode): fc.Arbitrary<Step> {
  const legacy = mode === "legacy" ? 3 : 1;
  const whole = mode === "legacy" ? 1 : 4;
  const kinds: [weight: number, makers: readonly MakeBody[]][] = [
    [4, eventMessages({ task_started })],
    [5, eventMessages(ends)],
    [2, eventMessages({ thread_rolled_back })],
    [2 * legacy, messages],
    [legacy, reasoning],
    [3 * legacy, eventMessages(ITEM_EVENTS)],
    [2 * whole, itemLines("item_completed")],
    [whole, itemLines("item_started")],
    [legacy, [hookPrompt, compacted]],
    [1, NEUTRAL],
    [1, rejected],
  ];
  return fc.record({
    make: fc.oneof(...kinds.map(([weight, makers]) => ({ weight, arbitrary: fc.constantFrom(...makers) }))),
    turnId: fc.constantFrom(...TURN_IDS),
    callId: fc.constantFrom(...CALL_IDS),
    variant: fc.nat(5),
    numbering: fc.constantFrom("next", "next", "next", "next", "next", "absent", "repeated", "back", "gap"),
  });
}

interface Opening {
  /** How the rollout begins (ADR 0019); a late session follows other lines. */
  readonly kind: "session" | "goes on" | "revert" | "fork" | "late session" | "sub-agent";
  readonly base: number;
  readonly cut: number;
}

interface Rollout {
  readonly mode: HistoryMode;
  readonly opening: Opening;
  readonly steps: readonly Step[];
}

/** As many steps as tell the rules apart, and as few as can be read when one fails. */
const FEW_STEPS: fc.ArrayConstraints = { maxLength: 30, size: "max" };

function rollout(
  mode: HistoryMode,
  kinds: readonly Opening["kind"][],
  steps: fc.ArrayConstraints = FEW_STEPS,
): fc.Arbitrary<Rollout> {
  return fc.record({
    mode: fc.constant(mode),
    opening: fc.record({ kind: fc.constantFrom(...kinds), base: fc.nat(2), cut: fc.nat(12) }),
    steps: fc.array(step(mode), steps),
  });
}

function session(mode: string, rolloutId: string, { kind, base, cut }: Opening): Body {
  const goesOnFrom = { thread_id: ROLLOUT_IDS[base], end_ordinal_exclusive: cut, end_byte_offset: 0 };
  const payload = {
    id: rolloutId,
    timestamp: "t",
    cwd: "/w",
    originator: "o",
    cli_version: "0.169.0",
    source: "cli",
    history_mode: mode,
    history_base: kind === "revert" || kind === "fork" ? goesOnFrom : undefined,
    forked_from_id: kind === "fork" ? "01900000-0000-7000-8000-0000000000ff" : undefined,
    subagent_history_start_ordinal: kind === "sub-agent" ? cut : undefined,
  };
  return { type: "session_meta", payload };
}

function linesOf(rolloutId: string, { mode, opening, steps }: Rollout): string[] {
  const meta = { make: () => session(mode, rolloutId, opening), turnId: "", callId: "", variant: 0 };
  const opened: Step = { ...meta, numbering: "next" };
  const all = {
    "goes on": steps,
    "late session": [...steps.slice(0, 3), opened, ...steps.slice(3)],
    session: [opened, ...steps],
    revert: [opened, ...steps],
    fork: [opened, ...steps],
    "sub-agent": [opened, ...steps],
  }[opening.kind];
  let next = opening.kind === "revert" || opening.kind === "fork" ? opening.cut : 0;
  return all.map(({ make, numbering, ...of }, at) => {
    const body = make(of);
    const ordinal = {
      next,
      gap: next + 2,
      repeated: Math.max(next - 1, 0),
      back: Math.max(next - 3, 0),
      absent: undefined,
    };
    next = Math.max(next, (ordinal[numbering] ?? -1) + 1);
    return typeof body === "string"
      ? body
      : stringify({ timestamp: timestampOf(at), ordinal: ordinal[numbering], ...body });
  });
}

const OPENINGS = {
  legacy: ["session", "session", "goes on", "late session"],
  paginated: ["revert", "revert", "session", "goes on", "late session", "fork", "sub-agent"],
} as const;

/** A thread that begins in this history mode, and seldom leaves it. */
function thread(mode: HistoryMode): fc.Arbitrary<TestThread> {
  const other = mode === "legacy" ? "paginated" : "legacy";
  const openings: readonly Opening["kind"][] = [
    "session",
    "session",
    "session",
    "sub-agent",
    "goes on",
    "late session",
  ];
  const rolloutIn = (of: HistoryMode) => rollout(of, OPENINGS[of]);
  const further = fc.oneof({ weight: 8, arbitrary: rolloutIn(mode) }, { weight: 1, arbitrary: rolloutIn(other) });
  return fc.tuple(rollout(mode, openings), fc.array(further, { maxLength: 2 })).map(([first, rest]) => ({
    threadId: THREAD_ID,
    rollouts: [first, ...rest].map((made, at) => {
      const rolloutId = ROLLOUT_IDS[at] ?? THREAD_ID;
      return { rolloutId, lines: linesOf(rolloutId, made) };
    }),
  }));
}

export const legacyThreads: fc.Arbitrary<TestThread> = thread("legacy");
export const paginatedThreads: fc.Arbitrary<TestThread> = thread("paginated");
/** Threads of both history modes. */
export const threads: fc.Arbitrary<TestThread> = fc.oneof(legacyThreads, paginatedThreads);

/** Threads of one rollout with this many lines after its session. */
export function threadsOf(events: number): fc.Arbitrary<TestThread> {
  const steps = { minLength: events, maxLength: events, size: "max" } as const;
  const modes = (["legacy", "paginated"] as const).map((mode) => rollout(mode, ["session"], steps));
  return fc.oneof(...modes).map((made) => ({
    threadId: THREAD_ID,
    rollouts: [{ rolloutId: THREAD_ID, lines: linesOf(THREAD_ID, made) }],
  }));
}

export function linesOfThread({ threadId, rollouts }: TestThread) {
  return observedLines(threadId, rollouts);
}
