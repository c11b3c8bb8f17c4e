import type { Origin } from "./layer.ts";
import { masked } from "./masked.ts";
import type { Config } from "./schema.ts";
import { SETTINGS } from "./settings.ts";

/** A setting as `config show` shows it. */
export interface ShownSetting {
  readonly name: string;
  /** Secrets masked. */
  readonly value: unknown;
  readonly origin: Origin;
}

/** Every setting with its value and where that came from, secrets masked. */
export function shownSettings(config: Config, origins: ReadonlyMap<string, Origin>): ShownSetting[] {
  return SETTINGS.map(({ name }) => ({ name, value: masked(valueAt(config, name)), origin: origins.get(name) ?? "" }));
}

function valueAt(config: Config, name: string): unknown {
  return name.split(".").reduce<unknown>((part, key) => (part as Record<string, unknown>)[key], config);
}
