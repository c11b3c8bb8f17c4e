import { SinkStoreRefusedError, SinkStoreTooSlowError, SinkStoreUnavailableError } from "../sinks/index.ts";

/** What to do about an error of Postgres, by its SQLSTATE; the message goes before it. */
const ADVICE: readonly (readonly [code: RegExp, advice: string])[] = [
  [/^3D000/, "make it with CREATE DATABASE"],
  [/^28/, "see user and password in postgres.url, and the server's pg_hba.conf"],
  [/^42501/, "the sink's user must be able to make tables in the schema and write to them (docs/sinks.md)"],
  [/^3F000/, "make the schema, or set search_path to one that is there"],
  [/^53100/, "the server's disk is full: it goes on once there is room"],
  [/^53300/, "the server has no connection left: raise max_connections, or lower sink.connections"],
  [/^25006/, "this server takes no writes: name the primary in postgres.url"],
  [/^54/, "a value is larger than Postgres can hold"],
];

/**
 * Classes that may pass without anybody changing the rows: 08 connection, 25006 a server that only reads, 25P03 a transaction
 * that was idle for too long, 28 login, 3D and 3F not there (yet), 40 deadlocks, 42501 rights, 53 out of something, 55 not ready, 57 shut down, 58 its system.
 */
const PASSING = /^(08|25006|25P03|28|3D|3F|40|42501|53|55|57|58)/;

/** A statement was cancelled: nearly always since its time was over. */
const CANCELED = "57014";

/** What the driver says of a statement that was not answered in time. */
const NO_ANSWER = "Query read timeout";

/** What the driver says of a connection that failed, broke, or was refused by one of its sides. */
const NO_CONNECTION =
  /timeout|terminated|Connection ended|not queryable|client was closed|Cannot use a pool after|SASL|SSL|TLS|certificate/i;

/** Whether there was no connection, or it broke: what the system says of its calls, too. */
export function isUnconnected(error: Error): boolean {
  return "syscall" in error || error instanceof AggregateError || NO_CONNECTION.test(error.message);
}

/** An error of the driver, as what it means to who writes; others are passed on. */
export function writerError(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const code = codeOf(error);
  const advice = ADVICE.find(([known]) => known.test(code))?.[1];
  const said = messageOf(error, code);
  const message = `Postgres: ${said}${advice === undefined ? "" : `: ${advice}`}`;
  if (code === CANCELED || error.message === NO_ANSWER) return new SinkStoreTooSlowError(message, { cause: error });
  if (PASSING.test(code) || isUnconnected(error)) return new SinkStoreUnavailableError(message, { cause: error });
  return /^[0-9A-Z]{5}$/.test(code) ? new SinkStoreRefusedError(message, { cause: error }) : error;
}

/** A host with several addresses fails with an error for each. */
function messageOf(error: Error, code: string): string {
  if (error instanceof AggregateError)
    return [
      ...new Set(error.errors.map((inner: unknown) => (inner instanceof Error ? inner.message : String(inner)))),
    ].join(", ");
  return error.message === "" ? code : error.message;
}

function codeOf(error: Error): string {
  return "code" in error && typeof error.code === "string" ? error.code : "";
}
