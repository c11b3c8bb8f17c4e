import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { loadRedactor } from "./load.ts";
import { RedactionRulesError } from "./rules-error.ts";
import { parseRules } from "./rules-file.ts";

function messageOf(content: string): string {
  try {
    parseRules("rules.yaml", content, () => []);
  } catch (error) {
    if (error instanceof RedactionRulesError) return error.message;
    throw error;
  }
  return "accepted";
}

describe("rules", () => {
  it.each([
    ["a pattern", "- {name: a, pattern: x}"],
    ["flags", "- {name: a, pattern: x, flags: iu}"],
    [
      "paths of opaque values, whatever they are named",
      "- {name: a, paths: [payload.arguments.id, '**.arguments.**.type']}",
    ],
    ["a name in quotes", `- {name: a, paths: ['payload."a.b".c']}`],
    ["JSON", '[{"name":"a","pattern":"x","replacement":"-"}]'],
    ["none", "[]"],
  ])("may be: %s", (_what, content) => {
    expect(messageOf(content)).toBe("accepted");
  });

  it.each([
    ["- {name: a", "rules.yaml: line 1: not valid YAML: "],
    ["name: a", "rules.yaml: it must be a list of rules"],
    ["- {name: a}", 'rules.yaml: line 1, rule "a": needs a pattern, or paths'],
    ["- {pattern: x}", "rules.yaml: line 1, rule 1: name: "],
    ["\n- {name: a, pattern: (}", 'rules.yaml: line 2, rule "a": pattern: no JavaScript regular expression: '],
    [
      "- {name: a, pattern: x*}",
      'rules.yaml: line 1, rule "a": pattern: matches the empty string, so it would match everywhere',
    ],
    ["- {name: a, pattern: x, flags: g}", 'rules.yaml: line 1, rule "a": flags: may be of i, m, s, u and v, each once'],
    ["- {name: a, paths: [b], flags: i}", 'rules.yaml: line 1, rule "a": flags: belong to a pattern'],
    ["- {name: a, pattern: x, replacement: ' '}", 'rules.yaml: line 1, rule "a": replacement: must not be blank'],
    ["- {name: a, pattern: x, colour: red}", 'rules.yaml: line 1, rule "a": Unrecognized key: "colour"'],
    ["- {name: a, paths: [a..b]}", 'rules.yaml: line 1, rule "a": paths.0: must be names joined by dots'],
    ["- {name: a, pattern: x}\n- {name: a, pattern: y}", 'rules.yaml: rule "a": another rule has this name'],
  ])("may not be: %j", (content, message) => {
    expect(messageOf(content)).toContain(message);
  });

  it.each([
    ["timestamp", 'turns, items and lines are told apart by "timestamp"'],
    ["payload.turn_id", 'turns, items and lines are told apart by "turn_id"'],
    ["**.id", 'turns, items and lines are told apart by "id"'],
    ["payload.receiver_thread_ids.*", 'turns, items and lines are told apart by what "receiver_thread_ids" lists'],
    ["type", '"type" tells what a line, an item or a turn is'],
    ["payload.*.status", '"status" tells what a line, an item or a turn is'],
  ])("may not name %s", (path, reason) => {
    expect(messageOf(`- {name: a, paths: ["${path}"]}`)).toBe(
      `rules.yaml: line 1, rule "a": paths.0: "${path}" may not be replaced: ${reason}`,
    );
  });

  it("are told everything that is wrong at once", () => {
    expect(messageOf("- {name: a}\n- {name: b, pattern: x*}").split("\n")).toHaveLength(2);
  });
});

describe("loading", () => {
  it("takes the shipped rules where a file says so", async () => {
    const folder = await mkdtemp(join(tmpdir(), "redaction-"));
    const file = join(folder, "rules.yaml");
    await writeFile(file, "- default\n- {name: name, pattern: Ada}\n");
    const redactor = await loadRedactor(file);
    const { line } = redactor.redact(Buffer.from('{"a":"Ada","b":"AKIAIOSFODNN7EXAMPLE"}'));
    expect(line.toString()).toBe('{"a":"[redacted:name]","b":"[redacted:aws-access-key-id]"}');
    await rm(folder, { recursive: true });
  });

  it("tells of a file that cannot be read", async () => {
    const loading = loadRedactor("/nonexistent/rules.yaml");
    await expect(loading).rejects.toThrow("/nonexistent/rules.yaml: the rules cannot be read: ENOENT");
    await expect(loading).rejects.toMatchObject({ name: "RedactionRulesError", cause: { code: "ENOENT" } });
  });
});
