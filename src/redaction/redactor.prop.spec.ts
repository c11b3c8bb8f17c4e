import { isUtf8 } from "node:buffer";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { PROPERTY_RUNS, threads } from "../../test/support/generators.ts";
import { JsonDocument, scan } from "../json/index.ts";
import { LineDecoder } from "../rollout/index.ts";
import { loadRules } from "./load.ts";
import { LineRedactor } from "./redactor.ts";
import { type Rule, ruleOf } from "./rule.ts";

const defaults = await loadRules("default");

/** Patterns as people write them, and as nobody should. */
const PATTERNS: readonly (readonly [pattern: string, flags: string])[] = [
  [".", "s"],
  [".+", ""],
  ["[^x]+", "s"],
  ["[a-z]+", "i"],
  ["\\d+", ""],
  ["^\\w", ""],
  ["\\w$", "m"],
  ["\\bs(?<secret>.)", ""],
  ["(?<!\\w)[a-z]{2}", ""],
  ["(?<![^a])a|c(?!.)", ""],
  ["(?<=k-)\\d", ""],
  ["[\\\\/]", ""],
  ["\\p{L}\\p{N}", "u"],
  ["(.)\\1", ""],
  ["k-1\\n", ""],
  ['"', ""],
];
const PATHS = [
  "**",
  "*",
  "payload",
  "payload.*",
  "**.message",
  "**.*s",
  "**.c*",
  "payload.item",
  "payload.item.*",
  "**.changes.*",
  "payload.**.text",
  "**.arguments.**",
  "history_base",
  "**.history_base",
  "**.duration",
  "**.0",
];

const pattern = fc.constantFrom(...PATTERNS).map(([source, flags]) => ({ pattern: source, flags }));
const paths = fc.subarray(PATHS, { minLength: 1, maxLength: 2 }).map((some) => ({ paths: some }));
const rules: fc.Arbitrary<Rule[]> = fc
  .array(
    fc.oneof(
      pattern,
      paths,
      fc.tuple(pattern, paths).map(([a, b]) => ({ ...a, ...b })),
    ),
    {
      minLength: 1,
      maxLength: 3,
    },
  )
  .map((some) => some.map((rule, i) => ruleOf({ name: `r${i}`, ...rule })));

const lines: fc.Arbitrary<string[]> = threads.map(({ rollouts }) =>
  rollouts.flatMap((rollout) => rollout.lines.map(String)),
);

/** Texts in which things are escaped, once and again. */
const text: fc.Arbitrary<string> = fc.string({
  unit: fc.constantFrom(
    "a",
    "k-1",
    "\n",
    '"',
    "\\",
    "é",
    "😀",
    "s",
    " ",
    "u0061",
    "\\u0061",
    '{"a":"',
    '"}',
    "ghp_",
    "token=",
  ),
  maxLength: 12,
});
const value = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small" },
    text,
    fc.constantFrom(1, null, true, ""),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.oneof(text, fc.constantFrom("message", "arguments", "password", "items")), tie("value"), {
      maxKeys: 3,
    }),
    tie("value").map((inner) => JSON.stringify(inner)),
  ),
})).value;
const cut = fc.tuple(value, fc.nat(40)).map(([some, length]) => JSON.stringify(some).slice(0, -1 - length));
const bytes = fc.oneof(
  value.map((some) => Buffer.from(JSON.stringify(some))),
  cut.map((some) => Buffer.from(some)),
  fc.uint8Array({ maxLength: 20 }).map((some) => Buffer.from(some)),
  fc.tuple(cut, fc.uint8Array({ maxLength: 4 })).map(([some, rest]) => Buffer.concat([Buffer.from(some), rest])),
);

const decoder = new LineDecoder();

/** What kind of line it is, in both history modes, and whose turn and item it is about. */
function kindOf(line: Buffer): unknown[] {
  return (["legacy", "paginated"] as const).map((mode) => {
    const decoded = decoder.decode(line, 0, line.length, mode);
    if (decoded.outcome !== "event") return { ...decoded, reason: undefined, message: undefined, offset: undefined };
    const { event, ...rest } = decoded;
    const ids = event as { turnId?: unknown; callId?: unknown; item?: { id?: unknown; type?: unknown } };
    return { ...rest, event: [event.type, ids.turnId, ids.callId, ids.item?.id, ids.item?.type] };
  });
}

function pair(some: readonly Rule[]) {
  return { fast: new LineRedactor(some), slow: new LineRedactor(some, { prechecks: false }) };
}

function isJson(line: Buffer): boolean {
  return isUtf8(line) && scan(new JsonDocument(), line, 0, line.length, 0);
}

describe("whatever the rules", () => {
  it("a line of a rollout stays an event of its kind, of its turn and item, or stays without effect", () => {
    fc.assert(
      fc.property(rules, lines, (some, rollout) => {
        const redactor = new LineRedactor(some);
        for (const line of rollout.map((each) => Buffer.from(each)).filter(isJson))
          expect(kindOf(redactor.redact(line).line)).toEqual(kindOf(line));
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });

  it("a line that is JSON stays JSON", () => {
    fc.assert(
      fc.property(rules, bytes, (some, line) => {
        fc.pre(isJson(line));
        expect(isJson(new LineRedactor(some).redact(line).line)).toBe(true);
      }),
      { numRuns: PROPERTY_RUNS * 10 },
    );
  });

  it("looking first whether a rule may apply changes nothing", () => {
    const shipped = pair(defaults);
    const first = lines.map((all) => Buffer.from(all[0] ?? ""));
    fc.assert(
      fc.property(fc.oneof(rules.map(pair), fc.constant(shipped)), fc.oneof(bytes, first), ({ fast, slow }, line) => {
        expect(fast.redact(line)).toEqual(slow.redact(line));
      }),
      { numRuns: PROPERTY_RUNS * 10 },
    );
  });

  it("the same line gives the same bytes, whatever came before", () => {
    fc.assert(
      fc.property(rules, fc.array(bytes, { maxLength: 4 }), (some, all) => {
        const redactor = new LineRedactor(some);
        const first = all.map((line) => redactor.redact(line));
        expect(all.toReversed().map((line) => redactor.redact(line))).toEqual(first.toReversed());
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});

describe("a secret", () => {
  const secret = `ghp_${"aB3dE6gH9".repeat(4)}`;

  it("is found however deep it is in JSON in JSON, and in a line that is cut behind it", () => {
    const inJson = fc.letrec<{ value: string }>((tie) => ({
      value: fc.oneof(
        { depthSize: "medium", maxDepth: 6 },
        fc.constantFrom(secret, `\n${secret}`, `"${secret}"\\`),
        tie("value").map((inner) => JSON.stringify({ a: inner })),
        tie("value").map((inner) => `Output:\n${JSON.stringify([inner])}`),
      ),
    })).value;
    const redactor = new LineRedactor(defaults);
    fc.assert(
      fc.property(inJson, fc.boolean(), (inner, isCut) => {
        const whole = JSON.stringify({ payload: { output: inner } });
        const line = Buffer.from(isCut ? whole.slice(0, -2) : whole);
        expect(redactor.redact(line).line.toString()).not.toContain(secret.slice(0, 12));
      }),
      { numRuns: PROPERTY_RUNS },
    );
  });
});

describe("what no rule matches", () => {
  it("stays byte for byte, beside what one does", () => {
    const rule = ruleOf({ name: "k", pattern: "k-1", replacement: "k-2" });
    fc.assert(
      fc.property(bytes, (line) => {
        const { line: answer } = new LineRedactor([rule]).redact(line);
        expect(answer.toString("latin1").replaceAll("k-2", "k-1")).toBe(
          line.toString("latin1").replaceAll("k-2", "k-1"),
        );
      }),
      { numRuns: PROPERTY_RUNS * 10 },
    );
  });
});
