export { describeError } from "./describe-error.ts";
export { serveTelemetry } from "./http-server.ts";
export { createLog, type Log } from "./log.ts";
export { Metrics } from "./metrics.ts";
export { metricsReference } from "./reference.ts";
export { WorkerTelemetry } from "./worker-telemetry.ts";
