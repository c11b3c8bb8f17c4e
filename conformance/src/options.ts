import { execFileSync } from "node:child_process";
import { parseArgs } from "node:util";
import { chosen, FAMILIES, type Families, type Family, isFamily } from "./generator/families.ts";
import type { HistoryMode } from "./rollout-file.ts";

export type Options = {
  seed: string;
  runs: number;
  /** Just this run of each mode, to repeat it. */
  run: number | undefined;
  modes: readonly HistoryMode[];
  /** The choice of families as options, to repeat it. */
  choice: string;
  families: Families;
  keep: string | undefined;
};

export const USAGE = `usage: npm start -- [--seed TEXT] [--runs N=2000] [--run INDEX] [--mode legacy|paginated|both] [--only FAMILY,…] [--without FAMILY,…] [--keep DIR]
families: ${Object.keys(FAMILIES).join(" ")}`;

const MODES: Readonly<Record<string, readonly HistoryMode[]>> = {
  legacy: ["legacy"],
  paginated: ["paginated"],
  both: ["legacy", "paginated"],
};

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export function readOptions(args: readonly string[]): Options {
  const text = { type: "string" } as const;
  const { values } = parsed(() =>
    parseArgs({
      args: [...args],
      options: { seed: text, runs: text, run: text, mode: text, only: text, without: text, keep: text },
    }),
  );
  const modes = MODES[values.mode ?? "both"];
  if (modes === undefined) throw new UsageError(`no such mode: ${values.mode}`);
  return {
    seed: values.seed ?? defaultSeed(),
    runs: count(values.runs) ?? 2000,
    run: count(values.run),
    modes,
    choice: [option("only", values.only), option("without", values.without)].join(""),
    families: chosen(families(values.only), families(values.without)),
    keep: values.keep,
  };
}

function parsed<T>(parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}

function families(list: string | undefined): Family[] {
  if (list === undefined) return [];
  return list.split(",").map((name) => {
    if (!isFamily(name)) throw new UsageError(`no such family: ${name}`);
    return name;
  });
}

function option(name: string, value: string | undefined): string {
  return value === undefined ? "" : ` --${name} ${value}`;
}

function count(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,7}$/.test(text)) throw new UsageError(`not a number of runs: ${text}`);
  return Number(text);
}

/** Each commit tries other rollouts; the same commit tries the same again. */
function defaultSeed(): string {
  try {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], {
      cwd: import.meta.dirname,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    }).trim();
  } catch {
    return "thread-history";
  }
}
