import { CliError } from "./cli-error.ts";

/** A service does not answer yet, or does not hold yet what it must. The message says which, and what to do. */
export class NotYetError extends CliError {}
