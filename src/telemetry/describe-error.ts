/** Causes of causes are told this far: a circle of causes ends here too. */
const MAX_CAUSES = 5;
/** Of an error that stands for many. */
const MAX_ERRORS = 5;

export interface DescribedError {
  readonly type: string;
  readonly message: string;
  readonly code?: string | number;
  readonly stack?: string;
  readonly cause?: DescribedError;
  readonly errors?: readonly DescribedError[];
}

/**
 * An error for the log, with its causes. Of its own properties only the code is taken: clients put commands, with their
 * arguments, and records into them.
 */
export function describeError(error: unknown, depth = 0): DescribedError {
  if (!(error instanceof Error)) return { type: typeof error, message: String(error) };
  const { name, message, stack, cause } = error;
  const code: unknown = "code" in error ? error.code : undefined;
  const isDeep = depth >= MAX_CAUSES;
  return {
    type: name,
    message,
    ...((typeof code === "string" || typeof code === "number") && { code }),
    ...(stack !== undefined && { stack }),
    ...(cause !== undefined && !isDeep && { cause: describeError(cause, depth + 1) }),
    ...(error instanceof AggregateError &&
      !isDeep && { errors: error.errors.slice(0, MAX_ERRORS).map((each) => describeError(each, depth + 1)) }),
  };
}
