import { describe, expect, it } from "vitest";
import { LineRedactor, type Redacted } from "./redactor.ts";
import { parseRules } from "./rules-file.ts";

function redacted(rules: readonly object[], line: string | Buffer): Redacted {
  return redactorOf(rules).redact(Buffer.from(line));
}

function redactorOf(rules: readonly object[]): LineRedactor {
  return new LineRedactor(parseRules("rules.json", JSON.stringify(rules), () => []));
}

const KEY = { name: "key", pattern: "k-\\d+" };

describe("a line without secrets", () => {
  it("is answered as it was given, the very bytes", () => {
    const line = Buffer.from('{"payload":{"message":"nothing here"}}');
    const answer = redactorOf([KEY]).redact(line);
    expect(answer.line).toBe(line);
    expect(answer).toMatchObject({ values: 0, byRule: new Map() });
  });
});

describe("a pattern", () => {
  const textOf = (line: string) => redacted([KEY], line).line.toString();

  it("replaces what it matches in a string, and nothing else of the line", () => {
    const line = String.raw`{ "n":1.0,"payload" : {"message":"é\u00e9 \/ k-1, then k-22\n"},"n":1e3 }`;
    expect(textOf(line)).toBe(
      String.raw`{ "n":1.0,"payload" : {"message":"é\u00e9 \/ [redacted:key], then [redacted:key]\n"},"n":1e3 }`,
    );
  });

  it("sees a string without its escapes", () => {
    expect(textOf(String.raw`{"a":"\u006b-\u0031"}`)).toBe('{"a":"[redacted:key]"}');
  });

  it("does not look at keys and numbers", () => {
    expect(textOf('{"k-1":2}')).toBe('{"k-1":2}');
  });

  it("replaces its group `secret` where it has one", () => {
    const rule = { name: "pin", pattern: "pin: (?<secret>\\d+)", replacement: "…" };
    expect(redacted([rule], '{"a":"pin: 12, 34"}').line.toString()).toBe('{"a":"pin: …, 34"}');
  });

  it("may put in what needs escapes, and no references to groups", () => {
    const rule = { name: "q", pattern: "(x)", replacement: '"$1\\' };
    expect(redacted([rule], '{"a":"axb"}').line.toString()).toBe(String.raw`{"a":"a\"$1\\b"}`);
  });

  it("takes no half of a character", () => {
    const half = { name: "half", pattern: "\\ud83d" };
    expect(redacted([half], '{"a":"a😀b"}').line.toString()).toBe('{"a":"a[redacted:half]b"}');
    expect(redacted([half], String.raw`{"a":"a\ud83d\ude00b"}`).line.toString()).toBe('{"a":"a[redacted:half]b"}');
  });

  it("may match any number of times", () => {
    const { line, values, byRule } = redacted([KEY], JSON.stringify({ a: "k-1 ".repeat(300_000) }));
    expect(line.length).toBe('{"a":""}'.length + "[redacted:key] ".length * 300_000);
    expect([values, byRule]).toEqual([1, new Map([["key", 300_000]])]);
  });

  it("that looks ahead and takes nothing replaces nothing", () => {
    expect(redacted([{ name: "ahead", pattern: "(?=x)" }], '{"a":"x"}').values).toBe(0);
  });

  it("with paths applies to the strings there", () => {
    const rule = { ...KEY, paths: ["payload.*.env", "list.1"] };
    const line = '{"payload":{"a":{"env":"k-1"},"env":"k-2"},"list":["k-3","k-4"]}';
    expect(redacted([rule], line).line.toString()).toBe(
      '{"payload":{"a":{"env":"[redacted:key]"},"env":"k-2"},"list":["k-3","[redacted:key]"]}',
    );
  });
});

describe("matches that overlap", () => {
  it("go together, with the replacement of the rule that comes first", () => {
    const rules = [
      { name: "first", pattern: "cd+" },
      { name: "second", pattern: "a+bc" },
    ];
    const { line, values, byRule } = redacted(rules, '{"a":"xaabcddx"}');
    expect(line.toString()).toBe('{"a":"x[redacted:first]x"}');
    expect([values, byRule]).toEqual([1, new Map([["first", 1]])]);
  });
});

describe("counts", () => {
  it("are of values, and of replacements by rule", () => {
    const { values, byRule } = redacted(
      [KEY, { name: "word", paths: ["word"] }],
      '{"a":"k-1 k-2","b":["k-3"],"word":"w"}',
    );
    expect(values).toBe(3);
    expect(byRule).toEqual(
      new Map([
        ["key", 3],
        ["word", 1],
      ]),
    );
  });
});

describe("JSON in a string", () => {
  it("stays JSON, and its other bytes stay", () => {
    const inner = String.raw`{"cmd":"say \"k-1\"", "n":1.0,"é":"k-2"}`;
    const answer = redacted([KEY], JSON.stringify({ arguments: inner }));
    expect((JSON.parse(answer.line.toString()) as { arguments: string }).arguments).toBe(
      String.raw`{"cmd":"say \"[redacted:key]\"", "n":1.0,"é":"[redacted:key]"}`,
    );
    expect(answer.values).toBe(2);
  });

  it("is not torn by a pattern that matches all", () => {
    const line = JSON.stringify({ arguments: '{"a":"b","c":1}' });
    expect(redacted([{ name: "all", pattern: ".+", replacement: "-" }], line).line.toString()).toBe(
      String.raw`{"arguments":"{\"a\":\"-\",\"c\":1}"}`,
    );
  });

  it("is entered by paths", () => {
    const line = JSON.stringify({ payload: { arguments: '{"env":{"A":"secret"}}' } });
    const rule = { name: "env", paths: ["payload.arguments.env.*"] };
    expect(redacted([rule], line).line.toString()).toBe(
      String.raw`{"payload":{"arguments":"{\"env\":{\"A\":\"[redacted:env]\"}}"}}`,
    );
  });

  it("is read in text around it, too: behind an escape begins a word", () => {
    const output = `Output:\n${JSON.stringify({ log: `x\nk-1`, deep: JSON.stringify({ a: "\nk-2" }) })}`;
    const line = JSON.stringify({ output });
    const word = { name: "word", pattern: "\\bk-\\d+" };
    expect(redacted([word], line).line.toString()).toBe(
      line.replace("k-1", "[redacted:word]").replace("k-2", "[redacted:word]"),
    );
  });
});

describe("a rule of paths", () => {
  const RULE = { name: "gone", paths: ["payload.data"] };
  const textOf = (line: string) => redacted([RULE], line).line.toString();

  it.each([
    ['"text"', '"[redacted:gone]"'],
    ["42", '"[redacted:gone]"'],
    ["true", '"[redacted:gone]"'],
    ['{"a":[1]}', '"[redacted:gone]"'],
    ["null", "null"],
    ['""', '""'],
  ])("makes %s %s", (value, expected) => {
    expect(textOf(`{"payload":{"data":${value}}}`)).toBe(`{"payload":{"data":${expected}}}`);
  });

  it("does not care for the case of names", () => {
    expect(textOf('{"Payload":{"DATA":"x"}}')).toBe('{"Payload":{"DATA":"[redacted:gone]"}}');
  });

  it("leaves an object that the line cannot be read without, and replaces the strings in it", () => {
    const line =
      '{"timestamp":"t","type":"event_msg","payload":{"type":"patch_apply_end","call_id":"c","turn_id":"a","stdout":"","stderr":"","success":true,"changes":{"/w/a":{"type":"add","content":"secret"}},"status":"completed"}}';
    expect(redacted([{ name: "gone", paths: ["payload.changes"] }], line).line.toString()).toBe(
      line.replace("secret", "[redacted:gone]"),
    );
  });
});

describe("structure", () => {
  const ANY = { name: "any", pattern: "[a-z]+", replacement: "X" };
  const payload = (members: string) =>
    `{"timestamp":"t","type":"event_msg","payload":{"type":"turn_aborted",${members}}}`;

  it.each([
    '"turn_id":"abc"',
    '"call_id":"abc"',
    '"callId":"abc"',
    '"receiver_thread_ids":["abc"]',
    '"status":"completed"',
    '"statuses":{"01":"running"}',
    '"reason":"interrupted"',
    '"item":{"type":"abc","id":"abc"}',
  ])("%s stays, whatever a pattern says", (members) => {
    expect(redacted([ANY], payload(members)).line.toString()).toBe(payload(members));
  });

  it("is not where a tool's own values are", () => {
    const line = payload('"invocation":{"tool":"t","arguments":{"id":"abc","type":"abc"}}');
    expect(redacted([ANY], line).line.toString()).toBe(line.replaceAll('"abc"', '"X"'));
  });

  it("does not keep text where a word of a closed set would stand", () => {
    const line = payload('"reason":"the key is k-1"');
    expect(redacted([KEY], line).line.toString()).toBe(line.replace("k-1", "[redacted:key]"));
  });

  it("keeps paths absolute, and URIs URIs", () => {
    const rule = { name: "home", pattern: ".*/user" };
    expect(redacted([rule], payload('"cwd":"/home/user/x"')).line.toString()).toBe(
      payload('"cwd":"/[redacted:home]/x"'),
    );
    expect(redacted([rule], payload('"cwd":"file:///home/user/x"')).line.toString()).toBe(
      payload('"cwd":"file:///%5Bredacted%3Ahome%5D/x"'),
    );
  });

  it("keeps a hook prompt one", () => {
    const line = (text: string) =>
      JSON.stringify({ payload: { content: [{ type: "input_text", text: `<hook_prompt hook_run_id="r1">${text}` }] } });
    const rule = { name: "all", pattern: ".+", replacement: "<&" };
    expect(redacted([rule], line("secret</hook_prompt>k")).line.toString()).toBe(line("&lt;&amp;</hook_prompt><&"));
    expect(redacted([{ ...KEY, replacement: "-" }], line("a &lt; k-1</hook_prompt>")).line.toString()).toBe(
      line("-</hook_prompt>"),
    );
  });
});

describe("a line that is not JSON", () => {
  it("has its text searched as it is, and its other bytes stay", () => {
    const line = Buffer.concat([
      Buffer.from('{"a":"é k-1'),
      Buffer.from([0xff, 0xc3, 0x80]),
      Buffer.from("k-2 \xe9", "latin1"),
    ]);
    expect(redacted([KEY], line).line).toEqual(
      Buffer.concat([
        Buffer.from('{"a":"é [redacted:key]'),
        Buffer.from([0xff, 0xc3, 0x80]),
        Buffer.from("[redacted:key] \xe9", "latin1"),
      ]),
    );
  });

  it("has it searched without its escapes, too", () => {
    const word = { name: "word", pattern: "\\bk-\\d+" };
    const line = String.raw`{"a":"x\nk-1","b":"{\"c\":\"\\nk-2\",\"d`;
    expect(redacted([word], line).line.toString()).toBe(
      String.raw`{"a":"x\n[redacted:word]","b":"{\"c\":\"\\n[redacted:word]\",\"d`,
    );
  });

  it.each([
    ['{"env":"se\\"cret","b":1', '{"env":[redacted:env],"b":1'],
    ['{"env":{"A":"secret"},"b', '{"env":[redacted:env]'],
    ['{"env": 42,"b', '{"env": [redacted:env],"b'],
    ['{"env":null,"b', '{"env":null,"b'],
    ['{"a":"{\\"env\\":\\"secr', '{"a":"{\\"env\\":[redacted:env]'],
  ])("loses what follows the last name of a path: %s", (line, expected) => {
    expect(redacted([{ name: "env", paths: ["payload.*.env"] }], line).line.toString()).toBe(expected);
  });

  it("loses all to a path without a name", () => {
    expect(redacted([{ name: "all", paths: ["*.*"] }], '{"a":').line.toString()).toBe("[redacted:all]");
  });
});
