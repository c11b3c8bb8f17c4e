/** What a command says when it ends. */
export const ExitCode = {
  done: 0,
  /** Some input could not be read; everything else was done. */
  incomplete: 1,
  usage: 2,
} as const;
