interface RulesErrorOptions extends ErrorOptions {
  readonly file: string;
}

/** Rules that cannot be used: everything that is wrong with the file, each problem with its line and rule. */
export class RedactionRulesError extends Error {
  override readonly name = "RedactionRulesError";
  readonly file: string;
  readonly problems: readonly string[];

  constructor(problems: readonly string[], options: RulesErrorOptions) {
    super(problems.map((problem) => `${options.file}: ${problem}`).join("\n"), options);
    this.file = options.file;
    this.problems = problems;
  }
}
