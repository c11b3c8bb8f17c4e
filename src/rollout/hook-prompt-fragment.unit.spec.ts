import { describe, expect, it } from "vitest";
import { parseHookPromptFragment } from "./hook-prompt.ts";

const body = (text: string) => `<hook_prompt hook_run_id="r">${text}</hook_prompt>`;
const tag = (attributes: string) => `<h ${attributes}>b</h>`;
const textOf = (xml: string) => parseHookPromptFragment(xml)?.text;
const idOf = (xml: string) => parseHookPromptFragment(xml)?.hookRunId;

const B = { text: "b", hookRunId: "r" };

describe("rollout-format §6: a fragment is the first element of a text", () => {
  it.each([
    ["of any name", '<x hook_run_id="r">b</x>'],
    ["with a prefix", '<a:x hook_run_id="r">b</a:x>'],
    ["of no name", '< hook_run_id="r">b</>'],
    ["of a name that XML does not allow", "<1='x'/y hook_run_id=\"r\">b</1='x'/y>"],
    ["after blanks", ` \t\r\n\u0085\u00a0\u1680\u2003\u2028\u202f\u205f\u3000${body("b")} `],
    ["after a byte order mark", `\ufeff${body("b")}`],
    ["after blanks round a byte order mark", ` \ufeff ${body("b")}`],
    ["after an XML declaration", `<?xml version="1.0" encoding=x?>\n${body("b")}`],
    ["after an XML declaration with blanks", `<?xml  version = "1.0" ?>${body("b")}`],
    ["after an instruction", `<?xml-x y?><??><?XML?><?pi xml ?>${body("b")}`],
    ["after a comment", `<!-- -- > --> <!----><!-->x-->${body("b")}`],
    ["after a document type", `<!doctype h>${body("b")}`],
    ["after a document type with declarations", `<!DOCTYPE h ">" [<!E "]>"> <!-- ]> --> <?p ]> ?> [x]] >${body("b")}`],
    ["after a document type with single quotes", `<!DOCTYPE h '>'>${body("b")}`],
    ["after a document type with quotes in its comments", `<!DOCTYPE h [<!-- it's --><?p 5" ?>]>${body("b")}`],
    ["after a document type with odd comments", `<!DOCTYPE h [<!--> ]> --><?> ]> ?>]>${body("b")}`],
    ["after a document type with a bracket in a declaration", `<!DOCTYPE h [<!E ]> x]>${body("b")}`],
    ["after blank data", `&#32;<![CDATA[ ]]>${body("b")}`],
    ["with anything after it", `${body("b")}tail & <z></y><!-- `],
    ["with blanks in its tags", '<x\r\n\thook_run_id\n=\t"r" >b</x \n>'],
  ])("%s", (_, xml) => expect(parseHookPromptFragment(xml)).toEqual(B));

  it.each([
    ["after text", `x${body("b")}`],
    ["after a reference", `&amp;${body("b")}`],
    ["after a malformed reference", `&;${body("b")}`],
    ["after data", `<![CDATA[x]]>${body("b")}`],
    ["after another element", `<z/>${body("b")}`],
    ["after an end tag", `</z>${body("b")}`],
    ["after two byte order marks", `\ufeff\ufeff${body("b")}`],
    ["after what only looks blank", `\u200b${body("b")}`],
    ["after a blank of Unicode that is none of XML", `<!---->\u00a0${body("b")}`],
    ["after an XML declaration without version", `<?xml encoding="x"?>${body("b")}`],
    ["after an XML declaration of an unknown version", `<?xml version="1.2"?>${body("b")}`],
    ["after an XML declaration with a version in a value", `<?xml a="xml version='1.0'"?>${body("b")}`],
    ["after an open instruction", `<?x>${body("b")}`],
    ["after an open comment", `<!-->${body("b")}`],
    ["after a document type without name", `<!DOCTYPE >${body("b")}`],
    ["after an open document type", `<!DOCTYPE h [>${body("b")}`],
    ["after a document type with an open comment", `<!DOCTYPE h [<!-- ]>${body("b")}`],
    ["after a document type with an open instruction", `<!DOCTYPE h [<?p ]>${body("b")}`],
    ["after an unknown declaration", `<!X>${body("b")}`],
    ["self-closing", '<h hook_run_id="r"/>'],
    ["without end tag", '<h hook_run_id="r">b'],
    ["with an open end tag", '<h hook_run_id="r">b</h'],
    ["with another end tag", '<h hook_run_id="r">b</H>'],
    ["with a blank before the name of its end tag", '<h hook_run_id="r">b</ h>'],
    ["with a blank for the name of its end tag", '< hook_run_id="r">b</ >'],
    ["with an open tag in it", '<h hook_run_id="r">b<i'],
    ["with an attribute in its end tag", '<h hook_run_id="r">b</h a="1">'],
    ["with a form feed for a blank", '<h\fhook_run_id="r">b</h>'],
    ["nowhere", "plain text"],
    ["in an empty text", ""],
    ["in a lone angle bracket", "<"],
  ])("not %s", (_, xml) => expect(parseHookPromptFragment(xml)).toBeUndefined());
});

describe("rollout-format §6: hook_run_id is kept as written", () => {
  it.each([
    ['hook_run_id="r"', "r"],
    ["hook_run_id='r'", "r"],
    ['hook_run_id=" r "', " r "],
    ['x:hook_run_id="r"', "r"],
    [':hook_run_id="r"', "r"],
    ['a="1"hook_run_id="r"b="2"', "r"],
    ['a=">" b=\'<\' c="&bad; &" é=\'\' hook_run_id="r"', "r"],
    ['a:x="1" b:x="2" xmlns="u" hook_run_id="r"', "r"],
    ['hook_run_id="a>b<c\'d"', "a>b<c'd"],
    [`hook_run_id='a"b'`, 'a"b'],
    ['hook_run_id="&lt;&gt;&amp;&quot;&apos;&#65;&#x42;"', "<>&\"'AB"],
    ['hook_run_id="&amp;lt;"', "&lt;"],
    ['hook_run_id="a\tb\nc\rd\r\ne"', "a b c d e"],
    ['hook_run_id="a&#9;b&#10;c&#13;d"', "a\tb\nc\rd"],
    ['hook_run_id="\ufeff"', "\ufeff"],
    ['hook_run_id="a\u0085b"', "a\u0085b"],
  ])("%j names %j", (attributes, id) => expect(idOf(tag(attributes))).toBe(id));

  it.each([
    "",
    "hook_run_id",
    "hook_run_id=",
    "hook_run_id=r",
    'hook_run_id="r',
    'hook_run_id=""',
    'hook_run_id=" &#32;&#160;\u0085"',
    'HOOK_RUN_ID="r"',
    'xmlns:hook_run_id="r"',
    'a:b:hook_run_id="r"',
    'hook_run_id\u00a0="r"',
    'hook_run_id="r" hook_run_id="r"',
    'hook_run_id="r" x:hook_run_id="s"',
    'hook_run_id="r" a="1" a="2"',
    'hook_run_id="r" a',
    'hook_run_id="r" a=1',
    'hook_run_id="r" ="1"',
    'hook_run_id="r" "',
    'hook_run_id="r" /',
    'hook_run_id="&"',
    'hook_run_id="&amp"',
    'hook_run_id="&x;"',
    'hook_run_id="&#0;"',
  ])("%j names none", (attributes) => expect(idOf(tag(attributes))).toBeUndefined());
});

describe("rollout-format §6: the text is the character data of the element", () => {
  it.each([
    ["  spaced \n", "  spaced \n"],
    ["&amp;&lt;&gt;&quot;&apos;", "&<>\"'"],
    ["&#65;&#x42;&#x1F600;&#0065;&#x10FFFF;", "AB😀A\u{10ffff}"],
    ["&#1;&#xFFFF;", "\u0001\uffff"],
    ["&amp;#65;&#38;lt;", "&#65;&lt;"],
    ["a>b]]>c\"d'e;", "a>b]]>c\"d'e;"],
    ["a\r\nb\rc\n\rd", "a\nb\nc\n\nd"],
    ["a&#13;&#10;b", "a\r\nb"],
    ["a\r<!-- -->\nb", "a\n\nb"],
    ["a\u0085b\u2028c", "a\u0085b\u2028c"],
    ["a\u0000b\u0001", "a\u0000b\u0001"],
    ["\u00a0", "\u00a0"],
    ["\f", "\f"],
    ["\ufeff", "\ufeff"],
    ["<![CDATA[<b>&amp;\r\n]]>", "<b>&amp;\n"],
    ["<![CDATA[a]]]]><![CDATA[>b]]>", "a]]>b"],
    [" a <![CDATA[ b]]>&#32;c", " a  b c"],
    ["a <!-- c --> b", "a  b"],
    ['a<?pi ?b "?>" ?>c', 'a" ?>c'],
    ["a<!DOCTYPE x>b", "ab"],
  ])("of %j is %j", (xml, text) => expect(textOf(body(xml))).toBe(text));

  it.each([
    "",
    " \t\r\n",
    "&#32;&#10;&#x9;&#xD;",
    "<![CDATA[]]>",
    "<![CDATA[ ]]>",
    "<!-- c -->",
    "<?pi?>",
    "&",
    "a & b",
    "&;",
    "&amp",
    "&amp ;",
    "&AMP;",
    "&nbsp;",
    "&#;",
    "&#x;",
    "&#X41;",
    "&#+65;",
    "&# 65;",
    "&#0;",
    "&#xD800;",
    "&#x110000;",
    "&#4294967361;",
    "1 < 2",
    "a<",
    "a</",
    "a<!-- c --",
    "a<!x>b",
    "a<![cdata[b]]>",
    "a<![CDATA[b",
    "a<?pi>b",
    "a<?xml?>b",
  ])("of %j is none", (xml) => expect(textOf(body(xml))).toBeUndefined());
});

describe("rollout-format §6: elements inside are passed over, unless they part the text in two", () => {
  it.each([
    ["a<b/>", "a"],
    ["<b/>a", "a"],
    [" <b/> a <c/> ", " a "],
    ["<b>x</b >a<c><d/>y</c>", "a"],
    ['<b x=y z ">">x</b>a', "a"],
    ["<b><![CDATA[</b>]]><!-- </b> --></b>a", "a"],
    ["<b//>a", "a"],
    ["<hook_run_id>s</hook_run_id>a", "a"],
    ["<b><$text>x</$text></b>a", "a"],
  ])("the text of %j is %j", (xml, text) => expect(textOf(body(xml))).toBe(text));

  it.each([
    "<b>x</b>",
    "<hook_prompt>a</hook_prompt>",
    "a<b/>c",
    "a<b/>\u00a0",
    "a<b>",
    "a</b>",
    "<b>x</c>a",
    "<b><c></b></c>a",
    "<b>&bad;</b>a",
    "<b>&bad;a",
    "<b/ >a",
    "<>a",
  ])("%j has none", (xml) => expect(textOf(body(xml))).toBeUndefined());

  it.each([
    ['<h hook_run_id="r"> <$text> b </$text><c/></h>', { text: " b ", hookRunId: "r" }],
    ['<h hook_run_id="r"><p:$text x=y><!-- --></p:$text></h>', { text: "", hookRunId: "r" }],
    ['<h hook_run_id="r"><$text/></h>', { text: "", hookRunId: "r" }],
    ["<h>b<@hook_run_id> r\n</@hook_run_id></h>", { text: "b", hookRunId: " r\n" }],
  ])("one named like a field of the fragment is that field: %s", (xml, fragment) =>
    expect(parseHookPromptFragment(xml)).toEqual(fragment),
  );

  it.each([
    '<h hook_run_id="r"><$text>a</$text>b</h>',
    '<h hook_run_id="r"><$text>a</$text><$text>b</$text></h>',
    '<h hook_run_id="r"><$text>a<b/></$text></h>',
    '<h hook_run_id="r"><$text>a<$text></h>',
    '<h hook_run_id="r"><$text>a</i></h>',
    '<h hook_run_id="r"><$text>a',
    '<h hook_run_id="r"><$text>',
    '<h hook_run_id="r"><@hook_run_id>r</@hook_run_id>b</h>',
    "<h>b<@hook_run_id/></h>",
  ])("which may not come twice, hold elements, stay open, or be a blank id: %s", (xml) =>
    expect(parseHookPromptFragment(xml)).toBeUndefined(),
  );
});

describe("rollout-format §6: XML 1.1 knows further line ends", () => {
  const declared = (xml: string) => `<?xml version='1.1'?>${xml}`;

  it.each([
    ["a\u0085b\u2028c\r\u0085d\r\ne", "a\nb\nc\nd\ne"],
    ["a&#x85;b", "a\u0085b"],
    ["<![CDATA[a\u0085b]]>", "a\nb"],
  ])("the text of %j is %j", (xml, text) => expect(textOf(declared(body(xml)))).toBe(text));

  it("in a text right before the declaration, too", () =>
    expect(textOf(body('a\u0085<!-- --><?xml version="1.1"?>'))).toBe("a\n"));

  it("they are blanks in a hook_run_id", () =>
    expect(idOf(declared(tag('hook_run_id="a\u0085b\u2028c\r\u0085d"')))).toBe("a b c d"));

  it("and between the declaration and the element", () =>
    expect(parseHookPromptFragment(declared(`\u0085\u2028${body("b")}`))).toEqual(B));
});

describe("the time to read a text", () => {
  const parts = [
    "<",
    "&",
    " ",
    "<b>",
    "<!--",
    "<!---->",
    "<![CDATA[",
    "</",
    "<?",
    'a="1" ',
    "'\"",
    "<!DOCTYPE [<",
    "&lt;",
  ];
  const starts = ["", "<h ", '<h hook_run_id="', '<h hook_run_id="r">', '<h hook_run_id="r">a</h', "<!DOCTYPE h ["];

  it.each(parts)("grows with its length: %j", (part) => {
    for (const start of starts) expect(parseHookPromptFragment(start + part.repeat(20_000))).toBeUndefined();
  });
});
