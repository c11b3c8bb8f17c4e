import type { ParsedCommand } from "../../rollout/index.ts";
import { type Args, beforeConnector, isFlag, names, operands, sorted } from "./command-operands.ts";
import { shellJoin } from "./shell-text.ts";

/** What one simple command does, told by the name of its program (the table of reduction §10). */
export function summarise(words: Args): ParsedCommand {
  const [program = "", ...args] = words;
  const cmd = shellJoin(words);
  const found = (PROGRAMS.get(program) ?? (PYTHON.test(program) ? python : unknown))(args);
  switch (found.type) {
    case "read":
      return { type: "read", cmd, name: shortened(found.path), path: found.path };
    case "listFiles":
      return { type: "listFiles", cmd, path: shortenedOrNull(found.path) };
    case "search":
      return { type: "search", cmd, query: found.query ?? null, path: shortenedOrNull(found.path) };
    case "unknown":
      return { type: "unknown", cmd };
  }
}

type Summary =
  | { readonly type: "read"; readonly path: string }
  | { readonly type: "listFiles"; readonly path: string | undefined }
  | { readonly type: "search"; readonly query: string | undefined; readonly path: string | undefined }
  | { readonly type: "unknown" };
type Summariser = (args: Args) => Summary;

const unknown: Summariser = () => ({ type: "unknown" });

function listFiles(path?: string): Summary {
  return { type: "listFiles", path };
}

function search(query?: string, path?: string): Summary {
  return { type: "search", query, path };
}

function read(path?: string): Summary {
  return path === undefined ? { type: "unknown" } : { type: "read", path };
}

const EVERYDAY_FOLDERS: ReadonlySet<string> = new Set(["", "build", "dist", "node_modules", "src"]);

function shortened(path: string): string {
  const parts = path.replaceAll("\\", "/").split("/");
  const end = parts.findLastIndex((part) => part !== "") + 1;
  return parts.findLast((part) => !EVERYDAY_FOLDERS.has(part)) ?? parts.slice(0, end).join("/");
}

function shortenedOrNull(path: string | undefined): string | null {
  return path === undefined ? null : shortened(path);
}

function words(text: string): Args {
  return text === "" ? [] : text.split(" ");
}

function listing(flagsWithValue: string): Summariser {
  return (args) => listFiles(operands(args, words(flagsWithValue))[0]);
}

function searching(flagsWithValue: string): Summariser {
  return (args) => {
    const [query, path] = names(args, words(flagsWithValue));
    return search(query, path);
  };
}

function reading(flagsWithValue: string): Summariser {
  return (args) => {
    const [path, ...others] = operands(args, words(flagsWithValue));
    return others.length === 0 ? read(path) : { type: "unknown" };
  };
}

const RIPGREP_VALUES =
  "-g --glob --iglob -t --type --type-add --type-not -m --max-count -A -B -C --context --max-depth";

const ripgrep: Summariser = (args) => {
  const [first, second] = names(args, words(RIPGREP_VALUES));
  return beforeConnector(args).includes("--files") ? listFiles(first) : search(first, second);
};

const GREP_PATTERNS = words("-e --regexp -f --file");
const GREP_VALUES = words("-m --max-count -C --context -A --after-context -B --before-context");

const grep: Summariser = (args) => {
  const found = sorted(beforeConnector(args), [...GREP_PATTERNS, ...GREP_VALUES]);
  const pattern = found.values.find(({ flag, value }) => GREP_PATTERNS.includes(flag) && value !== undefined)?.value;
  const [query, path] = pattern === undefined ? found.operands : [pattern, ...found.operands];
  return search(query, path);
};

const GIT: ReadonlyMap<string, Summariser> = new Map([
  ["grep", grep],
  ["ls-files", listing("--exclude --exclude-from --pathspec-from-file")],
]);

const git: Summariser = ([command = "", ...args]) => (GIT.get(command) ?? unknown)(args);

const fd: Summariser = (args) => {
  const [first, second] = names(args, words("-t --type -e --extension -E --exclude --search-path"));
  if (first === undefined) return listFiles();
  if (second !== undefined) return search(first, second);
  return first === "." || first === ".." || /[/\\]/.test(first) ? listFiles(first) : search(first);
};

const FIND_QUERIES = words("-name -iname -path -regex");
const FIND_OPERATORS = words("! ( )");

const find: Summariser = (args) => {
  const own = beforeConnector(args);
  const path = own.find((arg) => !isFlag(arg) && !FIND_OPERATORS.includes(arg));
  const asked = own.findIndex((arg) => FIND_QUERIES.includes(arg));
  const query = asked === -1 ? undefined : own[asked + 1];
  return query === undefined ? listFiles(path) : search(query, path);
};

/** `head` and `tail`: of a count given as `-n N` or `-nN`, or without any flag. */
function readingPart(count: RegExp): Summariser {
  return (args) => {
    const [first = "", second] = args;
    const apart = first === "-n" && second !== undefined && count.test(second);
    const together = first.startsWith("-n") && first !== "-n" && count.test(first.slice(2));
    const path = apart || together ? args.slice(apart ? 2 : 0).find((arg) => !isFlag(arg)) : undefined;
    return read(path ?? (args.length === 1 && !isFlag(first) ? first : undefined));
  };
}

const LINE_RANGE = /^\d+(?:,\d+)?p$/;

/** `sed -n` with a line range and a file. */
export function sedFile(args: Args): string | undefined {
  const own = beforeConnector(args);
  if (!own.includes("-n") || !own.some((arg) => LINE_RANGE.test(arg))) return undefined;
  const [first, second] = names(own, words("-e -f --expression --file"));
  return first !== undefined && LINE_RANGE.test(first) ? second : first;
}

/** `awk` of a program and a file. */
export function awkFile(args: Args): string | undefined {
  const [first, second] = names(args, words("-F -v -f --field-separator --assign --file"));
  return beforeConnector(args).some((arg) => arg === "-f" || arg === "--file") ? first : second;
}

const PYTHON = /^python(?:[23](?:\..*)?)?$/s;
const DIRECTORY_WALK = /os\.walk|os\.listdir|os\.scandir|glob\.glob|glob\.iglob|pathlib\.Path|\.rglob\(/;

const python: Summariser = (args) => {
  const own = beforeConnector(args);
  const flag = own.indexOf("-c");
  return flag !== -1 && DIRECTORY_WALK.test(own[flag + 1] ?? "") ? listFiles() : { type: "unknown" };
};

const PROGRAMS: ReadonlyMap<string, Summariser> = new Map([
  ["ls", listing("-I -w --block-size --format --time-style --color --quoting-style")],
  ["eza", listing("-I --ignore-glob --color --sort --time-style --time")],
  ["exa", listing("-I --ignore-glob --color --sort --time-style --time")],
  ["tree", listing("-L -P -I --charset --filelimit --sort")],
  ["du", listing("-d --max-depth -B --block-size --exclude --time-style")],
  ["rg", ripgrep],
  ["rga", ripgrep],
  ["ripgrep-all", ripgrep],
  ["git", git],
  ["grep", grep],
  ["egrep", grep],
  ["fgrep", grep],
  ["fd", fd],
  ["find", find],
  ["ag", searching("-G -g --file-search-regex --ignore-dir --ignore-file --path-to-ignore")],
  ["ack", searching("-G -g --file-search-regex --ignore-dir --ignore-file --path-to-ignore")],
  ["pt", searching("-G -g --file-search-regex --ignore-dir --ignore-file --path-to-ignore")],
  ["cat", reading("")],
  ["more", reading("")],
  ["less", reading("-p -P -x -y -z -j --pattern --prompt --tabs --shift --jump-target")],
  ["bat", reading("--theme --language --style --terminal-width --tabs --line-range --map-syntax")],
  ["batcat", reading("--theme --language --style --terminal-width --tabs --line-range --map-syntax")],
  ["head", readingPart(/^\d*$/)],
  ["tail", readingPart(/^\+?\d+$/)],
  ["nl", (args) => read(operands(args, words("-s -w -v -i -b")).find((operand) => !isFlag(operand)))],
  ["sed", (args) => read(sedFile(args))],
  ["awk", (args) => read(awkFile(args))],
]);
