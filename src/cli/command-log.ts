import { createLog, type Log } from "../telemetry/index.ts";
import type { Settings } from "./settings.ts";

/** What a command that ends by itself logs: nothing, unless asked for, and then beside its output. Errors end it with a message. */
export function commandLog({ config, origins }: Settings): Log {
  return createLog(origins.get("log.level") === "default" ? "silent" : config.log.level, 2);
}
