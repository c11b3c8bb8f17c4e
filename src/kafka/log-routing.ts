import type { LogEntry, logCreator } from "kafkajs";
import { logLevel } from "kafkajs";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** Where the client's messages go. */
export type KafkaLogger = (level: LogLevel, message: string, fields: Readonly<Record<string, unknown>>) => void;

/**
 * Part of ordinary work, whatever level kafkajs gives it: a transaction that begins while the one before is still being
 * finished, the retries that follow from that, and a group that rebalances. Who takes them for failures chases ghosts.
 */
const ORDINARY = [
  "another concurrent operation on the same transaction was ongoing",
  "Limiting retries for the idempotent producer may invalidate EoS guarantees",
  "The group is rebalancing",
  "rebalance",
];

const LEVELS: Readonly<Record<number, LogLevel>> = {
  [logLevel.ERROR]: "error",
  [logLevel.WARN]: "warn",
  [logLevel.INFO]: "info",
  [logLevel.DEBUG]: "debug",
};

/** Routes what kafkajs logs. */
export function routedLog(logger: KafkaLogger): logCreator {
  return () => (entry) => logger(levelOf(entry), entry.log.message, fieldsOf(entry));
}

function levelOf({ level, log }: LogEntry): LogLevel {
  const text = `${log.message} ${typeof log.error === "string" ? log.error : ""}`;
  return ORDINARY.some((words) => text.includes(words)) ? "debug" : (LEVELS[level] ?? "debug");
}

function fieldsOf({ namespace, log }: LogEntry): Record<string, unknown> {
  const { message: _message, timestamp: _timestamp, logger: _logger, ...fields } = log;
  return { ...fields, part: namespace };
}
