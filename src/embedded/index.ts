export { type Embedded, startEmbedded } from "./embedded.ts";
export { OBSERVERS_VERSION } from "./made-by.ts";
export type { EmbeddedEvent, ThreadEnd } from "./messages.ts";
export type { EmbeddedOptions } from "./options.ts";
export { runEmbedded } from "./run-embedded.ts";
