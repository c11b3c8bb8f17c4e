/** The embedded history cannot be read or written. `passing`: it may be otherwise in a while, and nothing is lost. */
export class EmbeddedError extends Error {
  override readonly name = "EmbeddedError";
  readonly kind: "passing" | "lasting" | "damaged";

  constructor(message: string, { kind, cause }: ErrorOptions & { readonly kind: EmbeddedError["kind"] }) {
    super(message, { cause });
    this.kind = kind;
  }

  /** What an error of SQLite means for the file at a path; others are passed on. */
  static of(path: string, error: unknown): unknown {
    if (!(error instanceof Error) || error instanceof EmbeddedError || !("code" in error)) return error;
    if (error.code !== "ERR_SQLITE_ERROR") return error;
    const known = EXPLAINED.find(([says]) => says.test(error.message));
    const [, kind, means] = known ?? [undefined, "lasting", error.message];
    return new EmbeddedError(`${path}: ${means}`, { kind, cause: error });
  }
}

/** By what SQLite says. */
const EXPLAINED: readonly (readonly [says: RegExp, kind: EmbeddedError["kind"], means: string])[] = [
  [/disk is full/, "passing", "the disk is full: nothing more is imported until there is room, and nothing is lost"],
  [
    /disk I\/O error/,
    "passing",
    "the disk gives or takes nothing (its own fault, or a limit): nothing more is imported until it does, and nothing is lost; the system's log tells more",
  ],
  [/locked|busy/, "passing", "another program holds the file: nothing more is imported until it lets go"],
  [
    /unable to open|readonly/,
    "lasting",
    "cannot be written: see that its folder is writable, or choose another (--data)",
  ],
  [/not a database|malformed/, "damaged", "is damaged, or no database"],
];
