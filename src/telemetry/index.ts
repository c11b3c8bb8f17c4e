export { describeError } from "./describe-error.ts";
export { type Probed, serveTelemetry } from "./http-server.ts";
export { createLog, type Log, type LogLevel } from "./log.ts";
export { Metrics } from "./metrics.ts";
export { metricsReference } from "./reference.ts";
export { SinkTelemetry } from "./sink-telemetry.ts";
export { WorkerTelemetry } from "./worker-telemetry.ts";
