export { type RolloutFile, rolloutFilesAt } from "./discover.ts";
export { UnreadableInputError } from "./errors.ts";
export { identify, type RolloutIdentity, sessionOf } from "./identity.ts";
export { type LineSinks, type ReadOptions, type ReadResult, readRollout } from "./rollout-reader.ts";
