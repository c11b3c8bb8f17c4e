import { ReadModelUnavailableError } from "../read-model/index.ts";
import { isUnconnected } from "./errors.ts";

/**
 * Classes of SQLSTATE that say that the database cannot be asked now, not that the query is wrong: 08 connection, 28 login,
 * 3D no such database, 53 out of something, 55 not ready, 57 shut down or took too long.
 */
const OUTSIDE = /^(08|28|3D|53|55|57)/;

/** The tables are not there yet: the sink makes them. */
const UNDEFINED_TABLE = "42P01";

/** An error of the driver, as what it means to who asks. */
export function readerError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (code === UNDEFINED_TABLE)
    return unavailable("the tables are not there yet: start `thread-history sink postgres`", error);
  if (OUTSIDE.test(code) || isUnconnected(error))
    return unavailable(error.message === "" ? code : error.message, error);
  return error;
}

function unavailable(what: string, cause: Error): ReadModelUnavailableError {
  return new ReadModelUnavailableError(`Postgres: ${what}`, { cause });
}
