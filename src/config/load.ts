import { readFileSync } from "node:fs";
import type { z } from "zod";
import { type Environment, environmentLayer } from "./environment-layer.ts";
import { fileLayer } from "./file-layer.ts";
import { flagLayer, type GivenFlag } from "./flag-layer.ts";
import { DEFAULT_ORIGIN, type GivenValue, type Layer, type Origin, type Problem } from "./layer.ts";
import { shownValue } from "./masked.ts";
import { type Config, configSchema } from "./schema.ts";
import { FILE_VARIABLE, SETTINGS } from "./settings.ts";

export interface ConfigSources {
  /** The file named on the command line; without it the one that the environment names, if it does. */
  readonly file?: string | undefined;
  readonly environment: Environment;
  readonly flags: readonly GivenFlag[];
}

/** The configuration with where each value came from, or everything that is wrong with it. */
export type LoadedConfig =
  | { readonly outcome: "config"; readonly config: Config; readonly origins: ReadonlyMap<string, Origin> }
  | { readonly outcome: "problems"; readonly problems: readonly Problem[] };

/** Defaults, overridden by the file, overridden by the environment, overridden by flags. */
export function loadConfig({ file, environment, flags }: ConfigSources): LoadedConfig {
  const layers = [namedFileLayer(file, environment), environmentLayer(environment), flagLayer(flags)];
  const given = new Map(layers.flatMap(({ values }) => [...values]));
  const result = configSchema.safeParse(nested(given));
  const problems = [
    ...layers.flatMap((layer) => layer.problems),
    ...(result.error?.issues ?? []).map((issue) => problemOf(issue, given)),
  ];
  if (problems.length > 0 || !result.success) return { outcome: "problems", problems: distinct(problems) };
  const origins = new Map(SETTINGS.map(({ name }) => [name, given.get(name)?.origin ?? DEFAULT_ORIGIN]));
  return { outcome: "config", config: result.data, origins };
}

function namedFileLayer(file: string | undefined, environment: Environment): Layer {
  const path = file ?? environment[FILE_VARIABLE] ?? "";
  if (path === "") return { values: new Map(), problems: [] };
  try {
    return fileLayer(path, readFileSync(path, "utf8"));
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const origin = file === undefined ? `environment variable ${FILE_VARIABLE}` : "flag --config";
    const message = `the configuration file cannot be read: ${error.message}`;
    return { values: new Map(), problems: [{ name: path, origin, message }] };
  }
}

/** `{"kafka.brokers": x}` → `{kafka: {brokers: x}}` */
function nested(given: ReadonlyMap<string, GivenValue>): object {
  const root: Record<string, unknown> = {};
  for (const [name, { value }] of given) {
    const path = name.split(".");
    const last = path.pop() ?? name;
    let section = root;
    for (const key of path) {
      section[key] ??= {};
      section = section[key] as Record<string, unknown>;
    }
    section[last] = value;
  }
  return root;
}

function problemOf(issue: z.core.$ZodIssue, given: ReadonlyMap<string, GivenValue>): Problem {
  // An issue with an element of a list is one with the setting.
  const setting = SETTINGS.find(({ name }) => `${issue.path.join(".")}.`.startsWith(`${name}.`));
  const name = setting?.name ?? issue.path.join(".");
  const { value, origin = DEFAULT_ORIGIN } = given.get(name) ?? {};
  if (issue.code === "custom")
    return { name, origin, message: `${shownValue(value ?? setting?.preset)}: ${issue.message}` };
  return {
    name,
    origin,
    message: `${shownValue(value)} is not allowed: it must be ${setting?.allowed ?? issue.message}`,
  };
}

/** A list with two wrong elements is one problem. */
function distinct(problems: readonly Problem[]): Problem[] {
  return [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()];
}
