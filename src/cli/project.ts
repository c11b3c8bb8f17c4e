import { Argument, Command, InvalidArgumentError, Option } from "commander";
import { OBSERVER_NAMES, type ObserverName } from "../projections/index.ts";
import { collectObserver } from "./arguments.ts";
import { runProject } from "./project/run.ts";
import { SAMPLES } from "./samples.ts";

/** 64 MiB: real lines reach 43 MB, mostly compacted histories with inline images. */
const DEFAULT_MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Lines are decoded as a whole, and a string of JavaScript ends at 512 MiB. */
const HIGHEST_MAX_LINE_BYTES = 256 * 1024 * 1024;

interface RawOptions {
  readonly emit?: "mutations" | "turns";
  readonly view?: "full" | "codex";
  readonly observer?: ObserverName[];
  readonly out?: string;
  readonly rejects?: string;
  readonly maxLineBytes: number;
}

/** `thread-history project`: what the three observers make of rollout files. */
export function projectCommand(): Command {
  return new Command("project")
    .description("Projects rollout files: a summary of each thread, its mutations, or its turns.")
    .addArgument(new Argument("[path...]", "rollout files, folders of them, or - (default: the bundled samples)"))
    .addOption(
      new Option("--emit <what>", "one line of JSON for each mutation, or for each rollout's turns").choices([
        "mutations",
        "turns",
      ]),
    )
    .addOption(
      new Option("--view <view>", "of turns: every event, or what Codex 0.169.0 answers (default: full)").choices([
        "full",
        "codex",
      ]),
    )
    .addOption(
      new Option("--observer <name>", "only this observer's mutations; may be repeated (default: all)")
        .choices(OBSERVER_NAMES)
        .argParser(collectObserver),
    )
    .addOption(new Option("--out <dir>", "write files into this folder instead of standard output"))
    .addOption(new Option("--rejects <file>", "write refused lines here, verbatim, with reason, file and line number"))
    .addOption(
      new Option("--max-line-bytes <bytes>", "longest line that is read, at most 256 MiB")
        .default(DEFAULT_MAX_LINE_BYTES, "64 MiB")
        .argParser(lineBytes),
    )
    .action(async (paths: string[], options: RawOptions, command: Command) => {
      refuseContradictions(options, command);
      process.exitCode = await runProject(paths.length === 0 ? [SAMPLES] : paths, {
        emit: options.emit ?? "summary",
        view: options.view ?? "full",
        observers: OBSERVER_NAMES.filter((name) => options.observer?.includes(name) ?? true),
        out: options.out,
        rejects: options.rejects,
        maxLineBytes: options.maxLineBytes,
      });
    });
}

function refuseContradictions({ emit, view, observer, out }: RawOptions, command: Command): void {
  if (view !== undefined && emit !== "turns") command.error("error: --view is for --emit turns");
  if (observer !== undefined && emit === "turns")
    command.error("error: --observer is for mutations, not for --emit turns");
  if (out !== undefined && emit === undefined) command.error("error: --out needs --emit mutations or --emit turns");
}

function lineBytes(text: string): number {
  const value = Number(text);
  if (!/^[0-9]+$/.test(text) || value < 1 || value > HIGHEST_MAX_LINE_BYTES)
    throw new InvalidArgumentError(`It must be a whole number from 1 to ${HIGHEST_MAX_LINE_BYTES}.`);
  return value;
}
