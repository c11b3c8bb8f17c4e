import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A probe that asks slowly is broken. */
const REQUEST_TIMEOUT_MS = 5_000;

/** What probes and metrics are told by. */
export interface Probed {
  /** Whether the process does its work, and for people why not. */
  readiness(): { readonly ready: boolean };
  metricsText(): Promise<string>;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

const TEXT = "text/plain; charset=utf-8";
const JSON_TYPE = "application/json";
/** The text format of Prometheus. */
const METRICS_TYPE = "text/plain; version=0.0.4; charset=utf-8";

/** A server of probes and metrics. */
export interface TelemetryServer {
  readonly port: number;
  close(): Promise<void>;
}

/**
 * Serves /livez (the process answers), /readyz (200, or 503 and why not) and /metrics.
 *
 * @throws Error of the system when the address cannot be taken
 */
export async function serveTelemetry(host: string, port: number, telemetry: Probed): Promise<TelemetryServer> {
  const server = createServer({ requestTimeout: REQUEST_TIMEOUT_MS, headersTimeout: REQUEST_TIMEOUT_MS });
  server.on("request", (request, response) => {
    answerTo(request, telemetry).then(
      ({ status, type, body }) => {
        response.writeHead(status, { "content-type": type, "cache-control": "no-store" });
        response.end(request.method === "HEAD" ? undefined : body);
      },
      (error: unknown) => response.destroy(error instanceof Error ? error : undefined),
    );
  });
  await listening(server, host, port);
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answerTo({ method, url = "" }: IncomingMessage, telemetry: Probed): Promise<Answer> {
  if (method !== "GET" && method !== "HEAD") return text(405, "GET and HEAD only");
  switch (url.split("?", 1)[0]) {
    case "/livez":
      return text(200, "alive");
    case "/readyz": {
      const readiness = telemetry.readiness();
      return { status: readiness.ready ? 200 : 503, type: JSON_TYPE, body: `${JSON.stringify(readiness)}\n` };
    }
    case "/metrics":
      return { status: 200, type: METRICS_TYPE, body: await telemetry.metricsText() };
    default:
      return text(404, "there are /livez, /readyz and /metrics");
  }
}

function text(status: number, body: string): Answer {
  return { status, type: TEXT, body: `${body}\n` };
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
