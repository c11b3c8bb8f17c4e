/** The partition cannot go on by itself. The message says what was found, where, and what to do. */
export class SinkHaltError extends Error {
  override readonly name = "SinkHaltError";
}

/** What cannot be done now, and is tried again. */
export class NotNowError extends Error {
  override readonly name = "NotNowError";
}
