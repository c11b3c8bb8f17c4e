export {
  type ConnectionOptions,
  connectionShape,
  hasWholeKeyPair,
  kafkaConfigOf,
  type SaslOptions,
  type Secret,
  type TlsOptions,
  WHOLE_KEY_PAIR,
  wrongOptions,
} from "./connection.ts";
