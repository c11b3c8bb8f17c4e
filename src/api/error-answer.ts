import { BadCursorError, ReadModelUnavailableError } from "../read-model/index.ts";
import type { Log } from "../telemetry/index.ts";
import { ApiError } from "./api-error.ts";

export interface ErrorAnswer {
  readonly status: number;
  readonly body: { readonly error: { readonly code: string; readonly message: string } };
}

/** What a client hears of an error. Of a defect only that there is one; the log has the rest. */
export function answerError(error: unknown, log: Log): ErrorAnswer {
  if (error instanceof ApiError) return answer(error.status, error.code, error.message);
  if (error instanceof BadCursorError) return answer(400, "bad-cursor", error.message);
  if (error instanceof ReadModelUnavailableError) {
    log.warn({ err: error }, "the history cannot be read");
    return answer(503, "unavailable", "the history cannot be read now: try again later");
  }
  if (isClientError(error)) return answer(error.statusCode, "bad-request", error.message);
  log.error({ err: error }, "a request failed");
  return answer(500, "internal", "an error of the server: its log says more");
}

/** What a client hears whose request is none by the rules of HTTP, or does not arrive in time. */
export function malformed({ code }: { readonly code?: string | undefined }): ErrorAnswer {
  switch (code) {
    case "ERR_HTTP_REQUEST_TIMEOUT":
      return answer(408, "too-slow", "the request did not arrive in time (api.requestMs)");
    case "HPE_HEADER_OVERFLOW":
      return answer(431, "bad-request", "the headers are too long");
    default:
      return answer(400, "bad-request", `this is no HTTP request${code === undefined ? "" : `: ${code}`}`);
  }
}

function answer(status: number, code: string, message: string): ErrorAnswer {
  return { status, body: { error: { code, message } } };
}

/** What the HTTP library refuses: malformed JSON, too large a body, a wrong media type. */
function isClientError(error: unknown): error is Error & { readonly statusCode: number } {
  if (!(error instanceof Error) || !("statusCode" in error)) return false;
  const { statusCode } = error;
  return typeof statusCode === "number" && statusCode >= 400 && statusCode < 500;
}
