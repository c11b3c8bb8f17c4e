import { createLog, type Log, type LogLevel } from "../telemetry/index.ts";
import type { Settings } from "./settings.ts";

/**
 * What a command logs beside its output, unless it is asked for more or less: nothing when it ends by itself, since errors end
 * it with a message.
 */
export function commandLog({ config, origins }: Settings, preset: LogLevel = "silent"): Log {
  return createLog(origins.get("log.level") === "default" ? preset : config.log.level, 2);
}
