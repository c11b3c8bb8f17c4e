/** A rollout file, or a folder of them, that cannot be used. The message says which, why, and what to do. */
export class UnreadableInputError extends Error {
  override readonly name = "UnreadableInputError";
  readonly path: string;

  constructor(path: string, message: string, options?: ErrorOptions) {
    super(`${SHOWN_PATHS[path] ?? path}: ${message}`, options);
    this.path = path;
  }
}

/** Paths that would read oddly at the head of a message. */
const SHOWN_PATHS: Readonly<Record<string, string>> = { "-": "standard input", "": "(empty path)" };

const EXPLAINED: Readonly<Record<string, string>> = {
  ENOENT: "no such file or folder (was it moved or deleted?)",
  EACCES: "no permission to read it (ask its owner, or read a copy)",
  EPERM: "no permission to read it (ask its owner, or read a copy)",
  EISDIR: "is a folder",
  ENOTDIR: "a part of the path is not a folder",
  ELOOP: "its links go in a circle",
  Z_DATA_ERROR: "is not valid gzip data (damaged, or not compressed?)",
  Z_BUF_ERROR: "the compressed data ends too early (was it copied whole?)",
  ZSTD_error_prefix_unknown: "is not valid Zstandard data (damaged, or not compressed?)",
  ZSTD_error_corruption_detected: "is damaged Zstandard data",
  ZSTD_error_checksum_wrong: "is damaged Zstandard data",
};

/** Turns what the system says into what a person can act on. Errors of our own making pass. */
export function unreadable(path: string, error: unknown): UnreadableInputError {
  if (error instanceof UnreadableInputError) return error;
  if (!(error instanceof Error)) throw error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === "") throw error;
  return new UnreadableInputError(path, EXPLAINED[code] ?? error.message, { cause: error });
}
