import type { Args } from "./command-operands.ts";
import { awkFile, sedFile } from "./program-summary.ts";

/**
 * Programs that only format what is piped through them: a shell script is told by its other commands (reduction §10, "shell
 * wrapper"). Some do so always, others when they name no file or change none.
 */
export function isFormattingHelper([program = "", ...args]: Args): boolean {
  return HELPERS.get(program)?.(args) ?? false;
}

type Test = (args: Args) => boolean;

const always: Test = () => true;

const HELPERS: ReadonlyMap<string, Test> = new Map([
  ["wc", always],
  ["tr", always],
  ["cut", always],
  ["sort", always],
  ["uniq", always],
  ["tee", always],
  ["column", always],
  ["yes", always],
  ["printf", always],
  ["head", countsOnly(/^\d*$/)],
  ["tail", countsOnly(/^\+?\d*$/)],
  ["sed", (args) => sedFile(args) === undefined],
  ["awk", (args) => awkFile(args) === undefined],
  ["xargs", (args) => !changesFiles(xargsCommand(args))],
]);

/** `head` and `tail` alone, with one flag, or with a count of lines or bytes. */
function countsOnly(count: RegExp): Test {
  return (args) => {
    const [first = "", second = ""] = args;
    if (args.length === 2) return (first === "-n" || first === "-c") && count.test(second);
    return args.length === 0 || (args.length === 1 && first.startsWith("-"));
  };
}

const XARGS_VALUES: Args = ["-E", "-e", "-I", "-L", "-n", "-P", "-s"];

function xargsCommand(args: Args): Args {
  let at = 0;
  while (at < args.length) {
    const arg = args[at] ?? "";
    if (arg === "--") return args.slice(at + 1);
    if (!arg.startsWith("-")) return args.slice(at);
    at += XARGS_VALUES.includes(arg) ? 2 : 1;
  }
  return [];
}

const IN_PLACE = /^-p?i/;
const CHANGING: ReadonlyMap<string, RegExp> = new Map([
  ["perl", IN_PLACE],
  ["ruby", IN_PLACE],
  ["sed", /^(?:-p?i|--in-place$)/],
  ["rg", /^--replace$/],
]);

function changesFiles([program = "", ...args]: Args): boolean {
  const flag = CHANGING.get(program);
  return flag !== undefined && args.some((arg) => flag.test(arg));
}
