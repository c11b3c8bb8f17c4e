import { type JsonDocument, type Node, NULL } from "../json/index.ts";
import { Fields, literal, type Read, soleMember, string, uint16, wrongType } from "./fields.ts";

const SIMPLE = {
  context_window_exceeded: "contextWindowExceeded",
  session_budget_exceeded: "sessionBudgetExceeded",
  usage_limit_exceeded: "usageLimitExceeded",
  rate_limit_exceeded: "rateLimitExceeded",
  flex_unavailable: "flexUnavailable",
  server_overloaded: "serverOverloaded",
  cyber_policy: "cyberPolicy",
  model_not_found: "modelNotFound",
  policy_capacity_unavailable: "policyCapacityUnavailable",
  inference_hook_denied: "inferenceHookDenied",
  misalignment_policy_violation: "misalignmentPolicyViolation",
  too_many_denials: "tooManyDenials",
  internal_server_error: "internalServerError",
  unauthorized: "unauthorized",
  bad_request: "badRequest",
  sandbox_error: "sandboxError",
  thread_rollback_failed: "threadRollbackFailed",
  other: "other",
} as const;

const WITH_HTTP_STATUS = {
  http_connection_failed: "httpConnectionFailed",
  response_stream_connection_failed: "responseStreamConnectionFailed",
  response_stream_disconnected: "responseStreamDisconnected",
  response_too_many_failed_attempts: "responseTooManyFailedAttempts",
} as const;

type SimpleName = keyof typeof SIMPLE;
type HttpName = keyof typeof WITH_HTTP_STATUS;

/** What went wrong in a turn (rollout-format §5, paginated §1). An info that this release does not know is `other`. */
export type ErrorInfo =
  | { readonly kind: "simple"; readonly name: SimpleName }
  | { readonly kind: "http"; readonly name: HttpName; readonly httpStatusCode: number | null }
  | { readonly kind: "not-steerable"; readonly turnKind: "review" | "compact" };

export interface TurnFailure {
  readonly message: string;
  readonly info: ErrorInfo | null;
}

const OTHER: ErrorInfo = { kind: "simple", name: "other" };
const simpleNames = new Map(Object.keys(SIMPLE).map((name) => [name, { kind: "simple", name } as ErrorInfo]));
const httpNames = new Set(Object.keys(WITH_HTTP_STATUS));

const errorInfo: Read<ErrorInfo> = (doc, node, name) => {
  if (doc.isString(node)) {
    const text = doc.string(node);
    if (httpNames.has(text) || text === "active_turn_not_steerable") throw wrongType(doc, node, name, "an object");
    return simpleNames.get(text) ?? OTHER;
  }
  return taggedInfo(doc, node, name);
};

const turnKinds = literal("review", "compact");

/** As everywhere an object may stand for a text, but what is read of an info as a whole takes no `{}` for its value. */
const turnKind: Read<"review" | "compact"> = (doc, node, name) => {
  const [, value] = doc.isString(node) ? [] : (soleMember(doc, node, name) ?? []);
  if (value !== undefined && doc.kind(value) !== NULL) throw wrongType(doc, value, name, "null");
  return turnKinds(doc, node, name);
};

function taggedInfo(doc: JsonDocument, node: Node, name: string): ErrorInfo {
  const sole = soleMember(doc, node, name);
  if (sole === undefined) throw wrongType(doc, node, name, "an object with one key");
  const [key, value] = sole;
  if (httpNames.has(key)) {
    const httpStatusCode = new Fields(doc, value, key).optional("http_status_code", uint16);
    return { kind: "http", name: key as HttpName, httpStatusCode };
  }
  if (key === "active_turn_not_steerable") {
    const kind = new Fields(doc, value, key).required("turn_kind", turnKind);
    return { kind: "not-steerable", turnKind: kind };
  }
  const simple = simpleNames.get(key);
  if (simple !== undefined && doc.kind(value) !== NULL) throw wrongType(doc, value, key, "null");
  return simple ?? OTHER;
}

/** `{message, codex_error_info}`, as error events and ends of turns carry it. */
export function turnFailure(fields: Fields): TurnFailure {
  return {
    message: fields.required("message", string),
    info: fields.optional("codex_error_info", errorInfo),
  };
}

/** Whether an `error` event with this info fails the turn (rollout-format §5). */
export function affectsTurnStatus(info: ErrorInfo | null): boolean {
  if (info === null) return true;
  return !(info.kind === "not-steerable" || (info.kind === "simple" && info.name === "thread_rollback_failed"));
}

/** The info as a turn's error shows it. */
export function shownErrorInfo(info: ErrorInfo | null): string | object | null {
  if (info === null) return null;
  if (info.kind === "simple") return SIMPLE[info.name];
  if (info.kind === "http") return { [WITH_HTTP_STATUS[info.name]]: { httpStatusCode: info.httpStatusCode } };
  return { activeTurnNotSteerable: { turnKind: info.turnKind } };
}

/** The info as rollout lines spell it. */
export function wireErrorInfo(info: ErrorInfo | null): string | object | null {
  if (info === null) return null;
  if (info.kind === "simple") return info.name;
  if (info.kind === "http") return { [info.name]: { http_status_code: info.httpStatusCode } };
  return { active_turn_not_steerable: { turn_kind: info.turnKind } };
}
