export type {
  DecodedMutation,
  KnownMutation,
  MutationDecoder,
  MutationOutcome,
  ReadMutation,
  ResetOutcome,
  UnreadableMutation,
} from "./decoded.ts";
export { createMutationDecoder } from "./decoder.ts";
export { ConsumerOptionsError, MutationReadError, PositionLostError, UnreadableMutationError } from "./errors.ts";
export { type ParsedThreadItem, parseThreadItem } from "./item.ts";
export type { MutationDecoderOptions, MutationReaderOptions, ReadMutationsFrom } from "./options.ts";
export { MUTATION_TOPICS, type MutationPosition, type MutationTopic } from "./position.ts";
export { createMutationReader, type MutationReader } from "./reader.ts";
