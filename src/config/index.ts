export type { GivenFlag } from "./flag-layer.ts";
export type { Origin, Problem } from "./layer.ts";
export { type ConfigSources, loadConfig } from "./load.ts";
export { shownValue } from "./masked.ts";
export { configurationReference } from "./reference.ts";
export type { Config } from "./schema.ts";
export { SETTINGS } from "./settings.ts";
export { shownSettings } from "./shown.ts";
