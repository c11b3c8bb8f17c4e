import type { ParsedCommand } from "../../rollout/index.ts";
import { actionsFromParsed, type CommandAction } from "./command-actions.ts";
import { type Args, isConnector } from "./command-operands.ts";
import { isFormattingHelper } from "./formatting-helpers.ts";
import { summarise } from "./program-summary.ts";
import { simpleCommands } from "./shell-script.ts";
import { shellJoin } from "./shell-text.ts";
import { shellSplit } from "./shell-words.ts";

/** What an argv does, for the commands of a guardian, which come without parsed commands (reduction §10). */

/** The words of an `execve` action: the resolved program stands for the first word of its argv (reduction §8). */
export function execveWords(program: string, argv: Args): string[] {
  return [program, ...argv.slice(1)];
}

/**
 * Commands longer than this are not looked into and shown as unknown. Each read carries the folder that the `cd`s before it
 * add up to, so what a command shows can grow with the square of its length.
 */
const LONGEST_PARSED = 32_768;

/** At least one action; a single one of type `unknown` as soon as any part of the command is unknown. */
export function actionsFromArgv(argv: Args, cwd: string): CommandAction[] {
  const command = shellJoin(argv);
  const script = shellScript(argv);
  const shown = script ?? powerShellScript(argv) ?? command;
  if (command.length > LONGEST_PARSED) return [{ type: "unknown", command: shown }];
  const parsed = script === undefined ? parsedWords(argv) : parsedScript(script);
  if (parsed === undefined || parsed.some(({ type }) => type === "unknown"))
    return [{ type: "unknown", command: shown }];
  const actions = actionsFromParsed(parsed.filter(differsFromPrevious), cwd);
  return actions.length > 0 ? actions : [{ type: "unknown", command }];
}

/** The script of `bash -lc script` and its kind. */
function shellScript(argv: Args): string | undefined {
  const [shell = "", flag, script] = argv;
  return argv.length === 3 && (flag === "-c" || flag === "-lc") && /^(?:bash|zsh|sh)$/.test(stem(shell))
    ? script
    : undefined;
}

const POWERSHELL_FLAGS = /^-(?:nologo|noprofile)$/i;

function powerShellScript([shell = "", ...args]: Args): string | undefined {
  if (!/^(?:pwsh|powershell)$/.test(stem(shell))) return undefined;
  const command = args.findIndex((arg) => !POWERSHELL_FLAGS.test(arg));
  return /^-c(?:ommand)?$/i.test(args[command] ?? "") ? args[command + 1] : undefined;
}

/** The name of a file up to its first dot. */
function stem(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1).replace(/(?<=.)\..*$/s, "");
}

/** Words as the shell got them, connectors among them. Undefined is unknown, as below. */
function parsedWords(argv: Args): ParsedCommand[] | undefined {
  const answered = argv[1] === "|" && ["yes", "y", "no", "n"].includes(argv[0] ?? "");
  return withFolders(splitAtConnectors(answered ? argv.slice(2) : argv));
}

function splitAtConnectors(words: Args): string[][] {
  const parts: string[][] = [];
  let part: string[] = [];
  for (const word of [...words, ";"]) {
    if (!isConnector(word)) {
      part.push(word);
    } else if (part.length > 0) {
      parts.push(part);
      part = [];
    }
  }
  return parts;
}

function parsedScript(script: string): ParsedCommand[] | undefined {
  const all = simpleCommands(script);
  const telling = all?.filter((words) => !isFormattingHelper(words));
  if (all === undefined || telling === undefined || telling.length === 0) return undefined;
  const parsed = withFolders(telling);
  const [only, ...others] = parsed;
  return only === undefined || others.length > 0 ? parsed : [{ ...only, cmd: wholeText(only, script, all.length > 1) }];
}

/** The text of the one command that a script is about: the whole script when that tells more. */
function wholeText(only: ParsedCommand, script: string, several: boolean): string {
  const words = shellSplit(script) ?? [script];
  if (!several && !words.some(isConnector)) return shellJoin(words);
  const printsLines = words.some((word, i) => word === "sed" && words[i + 1] === "-n");
  return only.type === "read" && words.includes("|") && printsLines ? script : only.cmd;
}

/** Summaries of commands. `cd` shows only in the paths that are read after it. */
function withFolders(commands: readonly Args[]): ParsedCommand[] {
  const located: { words: Args; folder: string | undefined }[] = [];
  let folder: string | undefined;
  for (const words of commands) {
    const target = words[0] === "cd" ? cdTarget(words.slice(1)) : undefined;
    if (target !== undefined) folder = below(folder, target);
    if (words[0] !== "cd") located.push({ words, folder });
  }
  const kept = located.length > 1 ? withoutSmallTalk(located) : located;
  return kept.map(({ words, folder: from }) => {
    const parsed = summarise(words);
    return parsed.type === "read" ? { ...parsed, path: below(from, parsed.path) } : parsed;
  });
}

/** Without `true`, without `nl` of no file, and without `echo` before all else, of which one is left if nothing else is. */
function withoutSmallTalk<T extends { readonly words: Args }>(commands: readonly T[]): readonly T[] {
  const acting = commands.filter(({ words }) => !isTrue(words));
  const telling = acting.filter(({ words }) => !isBareNl(words));
  const first = telling.findIndex(({ words }) => words[0] !== "echo");
  return first === -1 ? acting.slice(-1) : telling.slice(first);
}

function isTrue(words: Args): boolean {
  return words.length === 1 && words[0] === "true";
}

function isBareNl([program, ...args]: Args): boolean {
  return program === "nl" && args.every((arg) => arg.startsWith("-"));
}

function cdTarget(args: Args): string | undefined {
  const end = args.indexOf("--");
  return end === -1 ? args.findLast((arg) => !arg.startsWith("-")) : args[end + 1];
}

function below(folder: string | undefined, path: string): string {
  if (folder === undefined || folder === "" || ABSOLUTE.test(path)) return path;
  return `${folder}${folder.endsWith("/") ? "" : "/"}${path}`;
}

const ABSOLUTE = /^(?:\/|[A-Za-z]:\\|\\\\)/;

function differsFromPrevious(command: ParsedCommand, i: number, all: readonly ParsedCommand[]): boolean {
  return JSON.stringify(command) !== JSON.stringify(all[i - 1]);
}
