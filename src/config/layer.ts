/** Where a value came from, for people: `default`, `/etc/th.yaml line 3`, `environment variable REDIS_URL`, `flag --prefix`. */
export type Origin = string;

export const DEFAULT_ORIGIN: Origin = "default";

export interface GivenValue {
  readonly value: unknown;
  readonly origin: Origin;
}

/** What one source sets, by name of the setting, and what is wrong with the source itself. */
export interface Layer {
  readonly values: ReadonlyMap<string, GivenValue>;
  readonly problems: readonly Problem[];
}

/** One thing that is wrong with the configuration. */
export interface Problem {
  /** The setting or variable. */
  readonly name: string;
  readonly origin: Origin;
  /** What is wrong, and what is allowed. */
  readonly message: string;
}
