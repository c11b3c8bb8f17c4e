export { isRolloutFileName, type RolloutFile, rolloutFile, rolloutFilesAt, rolloutFilesNamed } from "./discover.ts";
export { UnreadableInputError, unreadable } from "./errors.ts";
export { firstLineOf, identify, type RolloutIdentity, sessionOf } from "./identity.ts";
export { type LineSinks, type ReadResult, readRollout } from "./rollout-reader.ts";
