/** The partition cannot go on by itself. The message says what was found, and which option resolves it. */
export class HaltError extends Error {
  override readonly name = "HaltError";
}
