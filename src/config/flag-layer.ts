import type { GivenValue, Layer, Problem } from "./layer.ts";
import { nearest } from "./nearest.ts";
import { SETTINGS } from "./settings.ts";

/** A setting given on the command line. */
export interface GivenFlag {
  /** The flag as it was written: `--prefix`. */
  readonly flag: string;
  /** The setting's name. */
  readonly name: string;
  readonly value: string | readonly string[];
}

/** What the command line sets. */
export function flagLayer(flags: readonly GivenFlag[]): Layer {
  const values = new Map<string, GivenValue>();
  const problems: Problem[] = [];
  const known = SETTINGS.map(({ name }) => name);
  for (const { flag, name, value } of flags) {
    const origin = `flag ${flag}`;
    if (known.includes(name)) {
      values.set(name, { value, origin });
      continue;
    }
    const meant = nearest(name, known);
    problems.push({ name, origin, message: `no such setting${meant === undefined ? "" : `; did you mean ${meant}?`}` });
  }
  return { values, problems };
}
