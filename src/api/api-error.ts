/** A request that is answered with an error. `code` is for programs, the message for people: what is wrong, and what to do. */
export class ApiError extends Error {
  override readonly name = "ApiError";
  readonly status: number;
  readonly code: string;

  constructor(status: number, code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.status = status;
    this.code = code;
  }
}

export function notFound(what: string): ApiError {
  return new ApiError(404, "not-found", `${what} is not there, or not for this token`);
}

export function badRequest(message: string): ApiError {
  return new ApiError(400, "bad-request", message);
}
