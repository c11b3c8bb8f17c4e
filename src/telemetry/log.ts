import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import { describeError } from "./describe-error.ts";

/** JSON lines. Says what happened where: never what a rollout line, a record or a state holds. */
export type Log = Logger;

export type LogLevel = "fatal" | "error" | "warn" | "info" | "debug" | "trace" | "silent";

/** @param to a file descriptor (1 is standard output, 2 standard error), or a stream */
export function createLog(level: LogLevel, to: 1 | 2 | DestinationStream = 1): Log {
  // Written at once: the last words before a crash are the ones that matter.
  const destination = typeof to === "number" ? pino.destination({ dest: to, sync: true }) : to;
  return pino(
    {
      level,
      base: { pid: process.pid },
      messageKey: "message",
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      serializers: { err: describeError },
    },
    destination,
  );
}
