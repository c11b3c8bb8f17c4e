/** What a command says when it ends. */
export const ExitCode = {
  done: 0,
  /** Some input could not be read, or output not written; everything else was done. */
  incomplete: 1,
  /** Wrong arguments; nothing was done. */
  usage: 2,
} as const;
