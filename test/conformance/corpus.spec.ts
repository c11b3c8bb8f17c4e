import { existsSync, readdirSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import {
  asJson,
  codexTurnsOf,
  fullTurnsOf,
  observedLines,
  type TestLine,
  type TestRollout,
} from "../support/threads.ts";

/** Rollouts written by the real Codex, with what Codex 0.169.0 makes of them (docs/corpus.md). */
const CORPUS = join(import.meta.dirname, "../corpus");
const names = readdirSync(CORPUS).sort();

interface About {
  readonly thread_id: string;
  readonly history: "legacy" | "paginated";
  readonly companions?: readonly string[];
}

function about(name: string): About {
  return JSON.parse(readFileSync(join(CORPUS, name, "about.json"), "utf8")) as About;
}

function golden(name: string, file: string): unknown {
  return JSON.parse(readFileSync(join(CORPUS, name, file), "utf8"));
}

function rollout(name: string): TestRollout {
  const lines = readFileSync(join(CORPUS, name, "rollout.jsonl"), "utf8").split("\n");
  return { rolloutId: about(name).thread_id, lines };
}

function linesOf(name: string, options?: { readonly skims: boolean }): TestLine[] {
  // A paginated fork goes on from its source; the other companions are rollouts of their own.
  const bases = name.endsWith("-fork") && about(name).history === "paginated" ? (about(name).companions ?? []) : [];
  return observedLines(about(name).thread_id, [...bases, name].map(rollout), options);
}

/** A hook prompt without an id gets a random one at each reading of Codex. */
function withoutHookPromptIds(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value), (_key, member: unknown) =>
    isRecord(member) && member.type === "hookPrompt" ? { ...member, id: "masked" } : member,
  );
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

describe("the codex view is what Codex 0.169.0 answers", () => {
  it.each(names)("%s", (name) => {
    const turns = asJson(codexTurnsOf(linesOf(name)));
    expect(withoutHookPromptIds(turns)).toEqual(withoutHookPromptIds(golden(name, "turns.json")));
  });
});

describe("skimming lines changes nothing", () => {
  it.each(names)("%s", (name) => {
    expect(linesOf(name, { skims: true })).toEqual(linesOf(name, { skims: false }));
  });
});

/** The value with only what the other has: later releases added fields. Generated turn ids differ between releases. */
function asIn(earlier: unknown, later: unknown): unknown {
  if (Array.isArray(earlier) && Array.isArray(later)) return later.map((value, i) => asIn(earlier[i], value));
  if (!isRecord(earlier) || !isRecord(later)) return later;
  return Object.fromEntries(Object.keys(earlier).map((key) => [key, asIn(earlier[key], later[key])]));
}

const IMPLICIT = /^rollout-\d+$/;

/**
 * What differs by release and not by the reduction: names of implicit turns, paths that were not yet joined to the working
 * directory, review findings that were not yet listed.
 */
function comparable(turns: unknown, reference: unknown): unknown {
  const ids = Array.isArray(reference) ? reference.map((turn: unknown) => (isRecord(turn) ? turn.id : undefined)) : [];
  const named = Array.isArray(turns) ? turns.map((turn: unknown, i) => withoutImplicitId(turn, ids[i])) : turns;
  return JSON.parse(JSON.stringify(named), (_key, member: unknown) => {
    if (!isRecord(member)) return member === "inProgress" ? "interrupted" : member;
    if (member.type === "read") return { ...member, path: basename(String(member.path)) };
    if (member.type === "exitedReviewMode") return { ...member, review: String(member.review).split("\n\n")[0] };
    return member;
  });
}

function withoutImplicitId(turn: unknown, ours: unknown): unknown {
  return isRecord(turn) && IMPLICIT.test(String(ours)) ? { ...turn, id: "implicit" } : turn;
}

/** 0.120.0 is the last reader that reduces every event of a file. */
const reduced = names.filter(
  (name) => name.endsWith("-0.120.0-ext") && existsSync(join(CORPUS, name, "turns.0.120.0.json")),
);

describe("the full view is what Codex 0.120.0 answered, fields that came later left aside", () => {
  it.each(reduced)("%s", (name) => {
    const expected = golden(name, "turns.0.120.0.json");
    const turns = asJson(fullTurnsOf(linesOf(name)));
    expect(asIn(expected, comparable(turns, turns))).toEqual(comparable(expected, turns));
  });
});
