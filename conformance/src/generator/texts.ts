import type { Random } from "../random.ts";

const PLAIN_TEXTS = [
  "hello",
  "please look at the failing test",
  "ok",
  "done.",
  "line one\nline two\n",
  "The answer is 42.",
] as const;
const BLANKS = [
  "",
  " ",
  "\n",
  " \t\r\n",
  "\u0085",
  "\u00a0",
  "\u1680\u2003\u3000",
  "\u2028\u2029",
  "\ufeff",
  "\u200b",
  "\u180e",
  "\u001c",
  "\u000b\u000c",
  "\u001f",
  "\u202f\u205f",
] as const;
const RICH_TEXTS = [
  "é",
  "日本語",
  "💥 boom",
  'a"quoted"b',
  "it's",
  "back\\slash",
  "\u2028",
  "x\u0000y",
  "\u007f",
  "\ufeffmark",
  "\u0085 next",
  "<b>&amp;</b>",
  "__proto__",
  "tab\there",
  "\u{10ffff}",
  "combining e\u0301",
  "\ud7ff\ue000",
  "-",
  "1",
  "null",
  "\r\nwindows\r\n",
  " leading",
  "trailing ",
  "nul\\u0000",
  '{"json":1}',
] as const;
const PATHS = ["/w", "/w/src/main.ts", "/home/user/project", "/tmp/a.txt"] as const;
const RICH_PATHS = [
  "/",
  "//",
  "/w/",
  "/w//a",
  "/w/./a",
  "/w/../a",
  "/../a",
  "/w/a/..",
  "/w/a/.",
  "/w/a b",
  "/w/é",
  "/w/💥.png",
  "/w/%20",
  "/w/a\\b",
  "/w/.hidden",
  "/w/..a",
  "/w/...",
  "/w/a\nb",
] as const;
const RELATIVE_PATHS = ["a.txt", "./a", "../a", "src/../b", "", ".", "..", "~/x", "a b", "é/x", "a//b", "a/"] as const;
const URIS = ["file:///w", "file:///w/src", "file:///home/user/project"] as const;
const RICH_URIS = [
  "file:///",
  "file:///w/",
  "file:///w/a%20b",
  "file:///w/%C3%A9",
  "file:///w/./a",
  "file:///w/../a",
  "file:///w/a/..",
  "file:///w//a",
  "file:///w/%2Fa",
  "file:///w/a b",
  "file:///w/é",
  "file:///w/%25",
  "file:///w/a+b",
  "file:///w/%7Ex",
  "file:///w/~x",
  "file:///w/a/./",
  "file:///w/%2e%2e/a",
  "file:///w/%F0%9F%92%A5",
] as const;

/** Texts, blank texts, paths: plain ones, and with `rich` the odd ones too. */
export class Texts {
  private readonly random: Random;
  private readonly rich: boolean;

  constructor(random: Random, rich: boolean) {
    this.random = random;
    this.rich = rich;
  }

  text(): string {
    if (!this.odd(0.5)) return this.random.pick(PLAIN_TEXTS);
    switch (this.random.below(8)) {
      case 0:
        return this.random.pick(BLANKS);
      case 1:
        return this.random.list(4, () => this.random.pick(RICH_TEXTS)).join(this.random.pick(["", " ", "\n"]));
      case 2:
        return this.random.chance(0.1) ? this.random.pick(RICH_TEXTS).repeat(this.random.between(500, 3000)) : "";
      case 3:
        return this.random.pick(BLANKS) + this.random.pick(RICH_TEXTS) + this.random.pick(BLANKS);
      default:
        return this.random.pick(RICH_TEXTS);
    }
  }

  /** A text for a place where an empty one would be a different thing. */
  filled(): string {
    return this.text() || "x";
  }

  word(): string {
    const plain = this.random.pick(["ls", "-la", "cat", "src/main.ts", "echo", "git", "status"]);
    return this.odd(0.4)
      ? this.random.pick([
          "it's",
          "a b",
          "",
          "^",
          "^'",
          "it's^x",
          "x=y",
          "a]b",
          "[b]",
          "!",
          "$HOME",
          "`x`",
          "é",
          "\\",
          '"',
          "a\"b'c",
          "\n",
          "\u0000",
          "~",
          "*",
          ...RICH_TEXTS,
        ])
      : plain;
  }

  absolutePath(): string {
    return this.odd(0.4) ? this.random.pick(RICH_PATHS) : this.random.pick(PATHS);
  }

  path(): string {
    return this.random.chance(0.5)
      ? this.absolutePath()
      : this.random.pick(this.rich ? RELATIVE_PATHS : ["a.txt", "src/b.ts"]);
  }

  uri(): string {
    return this.odd(0.4) ? this.random.pick(RICH_URIS) : this.random.pick(URIS);
  }

  private odd(probability: number): boolean {
    return this.rich && this.random.chance(probability);
  }
}
