/** The codes of JSON-RPC, as far as Codex uses them here. */
export const rpcCode = {
  invalidRequest: -32600,
  methodNotFound: -32601,
  invalidParams: -32602,
  internal: -32603,
} as const;

export type RpcCode = (typeof rpcCode)[keyof typeof rpcCode];

/** A request that is answered with an error, in the words of Codex 0.169.0. */
export class RpcError extends Error {
  override readonly name = "RpcError";
  readonly code: RpcCode;

  constructor(code: RpcCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

export function invalidRequest(message: string): RpcError {
  return new RpcError(rpcCode.invalidRequest, message);
}

export function invalidParams(message: string): RpcError {
  return new RpcError(rpcCode.invalidParams, message);
}
