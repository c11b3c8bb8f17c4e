import { describe, expect, it } from "vitest";
import type { CommandAction } from "./command-actions.ts";
import { actionsFromArgv, execveWords } from "./parse-command.ts";

const CWD = "/w";

/** Actions in short: `read name path`, `list path`, `search query in path`, each with its command where that tells. */
function told(action: CommandAction): string {
  switch (action.type) {
    case "read":
      return `read ${action.name} ${action.path}`;
    case "listFiles":
      return `list ${action.path}`;
    case "search":
      return `search ${action.query} in ${action.path}`;
    case "unknown":
      return `unknown ${action.command}`;
  }
}

const ofWords = (words: string) => actionsFromArgv(words.split(" "), CWD).map(told);
const ofScript = (script: string) => actionsFromArgv(["bash", "-lc", script], CWD).map(told);

describe("reduction §10: what a program does is told from its name and operands", () => {
  it.each([
    ["ls -la", "list null"],
    ["ls -I x src/a/", "list a"],
    ["ls --color=always a b", "list a"],
    ["eza --sort x a", "list a"],
    ["exa -I target .", "list ."],
    ["tree -L 2 src", "list src"],
    ["du -d 2 a/node_modules", "list a"],
    ["rg foo a/b", "search foo in b"],
    ["rg -n -A 3 --context=3 foo", "search foo in null"],
    ["rg --files -g x a/src", "list a"],
    ["rg -- -foo bar", "search bar in null"],
    ["rga a b", "search a in b"],
    ["git grep -l TODO src", "search TODO in src"],
    ["git ls-files --exclude target src", "list src"],
    ["grep -R src/main -n .", "search src/main in ."],
    ["grep -e a -e b c", "search a in c"],
    ["grep -m 1 -f p c", "search p in c"],
    ["grep -- -x y", "search -x in y"],
    ["fd -t f src/", "list src"],
    ["fd main src", "search main in src"],
    ["fd ..", "list .."],
    ["find . -name x", "search x in ."],
    ["find ! -path x a", "search x in x"],
    ["find src -type f", "list src"],
    ["ag TODO src", "search TODO in src"],
    ["cat a/b/src", "read b /w/a/b/src"],
    ["cat -n -- -a", "read -a /w/-a"],
    ["cat ~/a", "read a /w/~/a"],
    ["less -p x /a/b", "read b /a/b"],
    ["bat --theme X a", "read a /w/a"],
    ["head -n 50 a", "read a /w/a"],
    ["head -n50 a", "read a /w/a"],
    ["tail -n +5 a", "read a /w/a"],
    ["tail a", "read a /w/a"],
    ["sed -n 1,20p a", "read a /w/a"],
    ["sed -n -e 1p -- a", "read a /w/a"],
    ["nl -b x -ba a", "read a /w/a"],
    ["awk -F , x a", "read a /w/a"],
    ["awk -f s a", "read a /w/a"],
    ["python3.11 -c os.walk", "list null"],
    ["cat a\\src\\b\\", "read b /w/a\\src\\b\\"],
  ])("%s: %s", (words, action) => expect(ofWords(words)).toEqual([action]));

  it.each([
    "npm run build",
    "/bin/cat a",
    "git status",
    "cat a b",
    "cat",
    "head -c 5 a",
    "tail -n + a",
    "sed -i s/a/b/ a",
    "sed -n p a",
    "awk x",
    "nl -ba",
    "python -c print()",
    "echo a",
    "cd a",
    "true",
    "wc a",
    "constructor a",
  ])("%s: unknown", (words) =>
    expect(actionsFromArgv(words.split(" "), CWD)).toEqual([{ type: "unknown", command: expect.any(String) }]),
  );
});

describe("reduction §10: words are split at connectors", () => {
  it.each([
    ["cat a && rg b", ["read a /w/a", "search b in null"]],
    ["ls | ls ; ls || ls", ["list null"]],
    ["cat a && cat b && cat a", ["read a /w/a", "read b /w/b", "read a /w/a"]],
    ["cd a && cd b && cat c", ["read c /w/a/b/c"]],
    ["cd -- -a && cat b", ["read b /w/-a/b"]],
    ["cd a b && cat /c", ["read c /c"]],
    ["cd a && cat C:\\b", ["read b /w/C:\\b"]],
    ["cd /a && cd ~ && cat ../b", ["read b /a/b"]],
    ["echo a && echo b && ls", ["list null"]],
    ["true && ls || true", ["list null"]],
    ["rg --files | nl -ba", ["list null"]],
    ["yes | rg --files", ["list null"]],
    ["n | cat a", ["read a /w/a"]],
    ["ls && echo a", ["unknown ls '&&' echo a"]],
    ["rg --files | nl -ba | foo", ["unknown rg --files '|' nl -ba '|' foo"]],
    ["cat a | wc", ["unknown cat a '|' wc"]],
    ["cd a && cd b", ["unknown cd a '&&' cd b"]],
    ["| &&", ["unknown '|' '&&'"]],
    ["ls | cat a", ["list null", "read a /w/a"]],
    ["ls ; ; cat a", ["list null", "read a /w/a"]],
    ["yes x cat a", ["unknown yes x cat a"]],
    ["maybe | cat a", ["unknown maybe '|' cat a"]],
    ["y | cat a", ["read a /w/a"]],
    ["no | cat a", ["read a /w/a"]],
    ["cat a && true b", ["unknown cat a '&&' true b"]],
    ["cd && cat a", ["read a /w/a"]],
    ["cd - && cat a", ["read a /w/a"]],
    ["cd a- && cat b", ["read b /w/a-/b"]],
    ["cd -P a && cat b", ["read b /w/a/b"]],
    ["cd / && cat a", ["read a /a"]],
    ["cd a/ && cat b", ["read b /w/a/b"]],
    ["cd a && ls", ["list null"]],
    ["cd a && cat b && cat b", ["read b /w/a/b"]],
    ["nl -ba && ls", ["list null"]],
    ["nl a && ls", ["read a /w/a", "list null"]],
    ["echo a && true", ["unknown echo a '&&' true"]],
  ])("%s", (words, actions) => expect(ofWords(words)).toEqual(actions));
});

describe("reduction §10: a shell's script is told by its simple commands", () => {
  it.each([
    ["cat a | head -n 5", ["read a /w/a"]],
    ["rg --files | wc -l && ls a | sort | uniq", ["list null", "list a"]],
    ["yes | cut -c 1 | xargs cat; ls", ["list null"]],
    ["cd a && sed -n '1,5p' 'b c'", ["read b c /w/a/b c"]],
    ["printf '%s' x; cat -- a/b", ["read b /w/a/b"]],
    ["awk '{print $1}' a", ["read a /w/a"]],
    ["cat a | tail -f", ["read a /w/a"]],
    ["rg -n 'a|b' src -S | head", ["search a|b in src"]],
    ["rg '|' src", ["search null in null"]],
    ["cat a\ncat b", ["read a /w/a", "read b /w/b"]],
    ["rg -l a | xargs perl -pi -e x", ["unknown rg -l a | xargs perl -pi -e x"]],
    ["ls > a", ["unknown ls > a"]],
    ["cat $a", ["unknown cat $a"]],
    ["wc -l a", ["unknown wc -l a"]],
    ["ls && foo", ["unknown ls && foo"]],
    ["cd a", ["unknown bash -lc 'cd a'"]],
    ["true && true", ["unknown bash -lc 'true && true'"]],
    ["", ["unknown "]],
  ])("%j", (script, actions) => expect(ofScript(script)).toEqual(actions));

  it.each([
    ["alone: the whole script, words quoted anew", 'rg -n "a b"', "rg -n 'a b'"],
    ["alone, with a semicolon", "ls a;", "ls 'a;'"],
    ["alone among helpers: that command", "ls  a | wc", "ls a"],
    ["a read whose lines sed prints: the script as it is", "nl  -ba a | sed -n '1,5p'", "nl  -ba a | sed -n '1,5p'"],
    ["a read that goes through another helper: that command", "cat  a | head", "cat a"],
    ["a read that sed prints without being asked for lines: that command", "cat a | sed 5p -n", "cat a"],
    ["a read before a command of its own: that command", "cat a; sed 1p b", "cat a"],
    ["a search whose lines sed prints: that command", "rg a | sed -n 1,5p", "rg a"],
    ["a read in another folder, whose lines sed prints", "cd x && cat a | sed -n 1p", "cd x && cat a | sed -n 1p"],
  ])("the text of a command %s", (_, script, command) =>
    expect(actionsFromArgv(["bash", "-lc", script], CWD)).toMatchObject([{ command }]),
  );

  it.each(["bash", "/bin/bash", "zsh", "sh", "/x/y/bash.1.2"])("%s is a shell", (shell) =>
    expect(actionsFromArgv([shell, "-c", "ls a"], CWD)).toEqual([{ type: "listFiles", command: "ls a", path: "a" }]),
  );

  it.each([
    [["dash", "-c", "ls"]],
    [["BASH", "-c", "ls"]],
    [["bash", "-l", "ls"]],
    [["bash", "-c", "ls", "a"]],
    [["bash", "-c"]],
    [[".bash", "-c", "ls"]],
    [["bashx", "-c", "ls"]],
    [["pwshx", "-c", "ls"]],
    [["mypwsh", "-c", "ls"]],
    [["pwsh", "x-c", "ls"]],
    [["pwsh", "-cx", "ls"]],
    [["pwsh"]],
  ])("%j is no script", (argv) =>
    expect(actionsFromArgv(argv, CWD)).toEqual([{ type: "unknown", command: argv.join(" ") }]),
  );
});

describe("reduction §10: a script of PowerShell is unknown, and shown by itself", () => {
  it.each([
    [["powershell", "-Command", "Get-ChildItem a"], "Get-ChildItem a"],
    [["/usr/bin/pwsh.exe", "-NoProfile", "-nologo", "-C", "ls a", "b"], "ls a"],
    [["pwsh", "-File", "x"], "pwsh -File x"],
    [["pwsh", "-c"], "pwsh -c"],
  ])("%j is %s", (argv, command) => expect(actionsFromArgv(argv, CWD)).toEqual([{ type: "unknown", command }]));
});

describe("reduction §8: the words of an execve action", () => {
  it("begin with its program, which stands for the first word of argv", () => {
    expect(execveWords("/bin/cat", ["cat", "a"])).toEqual(["/bin/cat", "a"]);
    expect(execveWords("/bin/cat", ["cat"])).toEqual(["/bin/cat"]);
    expect(execveWords("/bin/cat", [])).toEqual(["/bin/cat"]);
  });
});

describe("a limit of this project: very long commands are not looked into", () => {
  it("above 32 768 characters a command is unknown", () => {
    const long = `${"cd a; cat b; ".repeat(3000)}`;
    expect(actionsFromArgv(["bash", "-lc", long], CWD)).toEqual([{ type: "unknown", command: long }]);
    expect(actionsFromArgv(["cat", "a".repeat(32_768)], CWD)).toMatchObject([{ type: "unknown" }]);
    expect(actionsFromArgv(["cat", "a".repeat(32_764)], CWD)).toMatchObject([{ type: "read" }]);
  });
});
