import { describe, expect, it } from "vitest";
import { decode, expectRejection, lineOf } from "../../test/support/decoding.ts";

const OPEN = '<hook_prompt hook_run_id="r">';
const CLOSE = "</hook_prompt>";
const fragment = (body: string) => `${OPEN}${body}${CLOSE}`;
const text = (value: string) => ({ type: "input_text", text: value });

function decodeMessage(members: object, mode: "legacy" | "paginated" = "legacy") {
  return decode(lineOf("response_item", { type: "message", role: "user", id: "h", content: [], ...members }), mode);
}

/** The fragment that a text is, or null. */
function fragmentOf(value: string): object | null {
  const line = decodeMessage({ content: [text(value)] });
  if (line.outcome !== "event" || line.event.type !== "hook_prompt") return null;
  return line.event.fragments[0] ?? null;
}

const NOT_A_PROMPT = { outcome: "neutral", counted: true, ordinal: null };

describe("rollout-format §6: a hook prompt is a user message of fragments only", () => {
  it("reads its id and its fragments", () =>
    expect(decodeMessage({ content: [text(fragment("a")), text('<x hook_run_id="s">b</x>')] })).toMatchObject({
      outcome: "event",
      counted: true,
      event: {
        type: "hook_prompt",
        id: "h",
        fragments: [
          { text: "a", hookRunId: "r" },
          { text: "b", hookRunId: "s" },
        ],
      },
    }));

  it.each([null, undefined])("its id may be absent or null: %s", (id) =>
    expect(decodeMessage({ id, content: [text(fragment("a"))] })).toMatchObject({ event: { id: null } }),
  );

  it.each([
    ["no content", { content: [] }],
    ["another role", { role: "assistant", content: [text(fragment("a"))] }],
    ["one entry that is no fragment", { content: [text(fragment("a")), text("b")] }],
    ["one entry that is no text", { content: [text(fragment("a")), { type: "input_image", image_url: "u" }] }],
  ])("with %s it is an ordinary message", (_, members) => expect(decodeMessage(members)).toMatchObject(NOT_A_PROMPT));

  it("an ordinary message takes a rollout index and has no effect", () =>
    expect(decodeMessage({ content: [text("hello")] })).toMatchObject(NOT_A_PROMPT));

  it.each([
    ["phase", "unknown-value", { phase: "zz" }],
    ["status", "wrong-type", { status: 5 }],
    ["image_url", "missing-field", { content: [{ type: "input_image" }] }],
  ])("ADR 0021: it is refused for a malformed %s, in a legacy thread alone", (field, reason, members) => {
    expectRejection(decodeMessage(members), reason, field);
    expect(decodeMessage(members, "paginated")).toMatchObject(NOT_A_PROMPT);
  });

  it("paginated §1: in a paginated thread it has no effect", () =>
    expect(decodeMessage({ content: [text(fragment("a"))] }, "paginated")).toMatchObject(NOT_A_PROMPT));

  it("is found whatever escapes the line spells it with", () =>
    expect(
      decode(
        lineOf("response_item", { type: "message", role: "user", content: [text(fragment("a"))] })
          .replace("hook_run_id", "\\u0068ook_run_id")
          .replace('"user"', '"\\u0075ser"'),
      ),
    ).toMatchObject({ event: { type: "hook_prompt", fragments: [{ text: "a", hookRunId: "r" }] } }));
});

describe("rollout-format §6: the element", () => {
  it.each([
    ["as Codex writes it", fragment("b")],
    ["another name", '<x hook_run_id="r">b</x>'],
    ["a name with a prefix", '<a:x hook_run_id="r">b</a:x>'],
    ["further attributes", `<x a="1" hook_run_id="r" b='2'>b</x>`],
    ["an attribute in single quotes", "<x hook_run_id='r'>b</x>"],
    ["an attribute with a prefix", '<x p:hook_run_id="r">b</x>'],
    ["attributes without a blank between them", '<x hook_run_id="r"a="1">b</x>'],
    ["blanks in its tags", '<x\nhook_run_id = "r" >b</x >'],
    ["blanks round it", ` \t\n\u0085\u00a0${fragment("b")}\u2003 `],
    ["a byte order mark before it", `\ufeff${fragment("b")}`],
    ["an XML declaration before it", `<?xml version="1.0"?>\n${fragment("b")}`],
    ["a comment before it", `<!-- -- -->${fragment("b")}`],
    ["a document type before it", `<!DOCTYPE a [<!ENTITY b "c>">]>${fragment("b")}`],
    ["text after it", `${fragment("b")}tail & <`],
    ["further elements after it", `${fragment("b")}${fragment("c")}`],
    ["an odd attribute that is not read", '<x hook_run_id="r" a="&b; & >">b</x>'],
  ])("may have %s", (_, xml) => expect(fragmentOf(xml)).toEqual({ text: "b", hookRunId: "r" }));

  it.each([
    ["text before it", `a${fragment("b")}`],
    ["an attribute without quotes", "<x hook_run_id=r>b</x>"],
    ["an attribute without value", '<x a hook_run_id="r">b</x>'],
    ["a repeated attribute", '<x hook_run_id="r" hook_run_id="r">b</x>'],
    ["a repeated attribute under a prefix", '<x p:hook_run_id="r" hook_run_id="r">b</x>'],
    ["no end tag", `${OPEN}b`],
    ["another end tag", `${OPEN}b</other>`],
    ["an end tag with more than its name", `${OPEN}b</hook_prompt x>`],
    ["no end tag's end", `${OPEN}b</hook_prompt`],
    ["no content: self-closing", '<x hook_run_id="r"/>'],
    ["no content: empty", fragment("")],
    ["blank content", fragment(" \t\r\n")],
    ["blank content, decoded", fragment("&#32;<![CDATA[ ]]>")],
    ["a comment only", fragment("<!-- c -->")],
    ["an element only", fragment("<i>b</i>")],
    ["text before and after an element in it", fragment("a<i/>b")],
    ["an open element in it", fragment("a<i>")],
    ["a bare ampersand", fragment("a & b")],
    ["a bare ampersand in an element in it", fragment("a<i>&</i>")],
    ["an unknown entity", fragment("&nbsp;")],
    ["an entity without its end", fragment("a&amp")],
    ["a character reference to nothing", fragment("a&#0;&#xD800;")],
    ["an open comment", fragment("a<!-- ")],
    ["an open CDATA section", fragment("a<![CDATA[b")],
    ["a declaration without version", `<?xml encoding="utf-8"?>${fragment("b")}`],
    ["no hook_run_id", "<hook_prompt>b hook_run_id</hook_prompt>"],
    ["an empty hook_run_id", '<x hook_run_id="">b</x>'],
    ["a blank hook_run_id", '<x hook_run_id=" \u00a0&#32;">b</x>'],
    ["an unknown entity in its hook_run_id", '<x hook_run_id="&foo;">b</x>'],
    ["a blank before its name", '< x hook_run_id="r">b</x>'],
  ])("may not have %s", (_, xml) => expect(fragmentOf(xml)).toBeNull());
});

describe("rollout-format §6: the text of a fragment", () => {
  it.each([
    ["  spaced  ", "  spaced  ", "blanks are kept"],
    ["&amp;&lt;&gt;&quot;&apos;&#65;&#x42;&#x1F4A5;", "&<>\"'AB💥", "entities are decoded"],
    ["<![CDATA[<a>&amp;]]>", "<a>&amp;", "a CDATA section is its text"],
    ["x<![CDATA[ ]]>y", "x y", "a CDATA section joins the text round it"],
    ["a<!-- c -->b<?pi?>c", "abc", "comments and instructions are removed"],
    ["a\r\nb\rc<![CDATA[\r\n]]>d", "a\nb\nc\nd", "line ends are line feeds"],
    ["a&#13;&#10;b", "a\r\nb", "line ends spelled as entities stay"],
    ["a > b ]]> c", "a > b ]]> c", "what need not be escaped stays"],
    ["a<i x=1><j>b</j></i>", "a", "elements in it are left out"],
    ["\u00a0", "\u00a0", "a non-breaking blank is text"],
  ])("%j is %j: %s", (body, read) => expect(fragmentOf(fragment(body))).toEqual({ text: read, hookRunId: "r" }));

  it.each([
    [" r ", " r ", "blanks are kept"],
    ["&amp;&#65;", "&A", "entities are decoded"],
    ["a\r\nb\tc\nd", "a b c d", "line ends and tabs are blanks"],
    ["a&#10;b", "a\nb", "unless spelled as entities"],
    ["a<b>c", "a<b>c", "what need not be escaped stays"],
  ])("the hook_run_id %j is %j: %s", (id, read) =>
    expect(fragmentOf(`<x hook_run_id="${id}">b</x>`)).toEqual({ text: "b", hookRunId: read }),
  );
});
