export { isLoopback } from "./access.ts";
export type { ApiLimits, ApiOptions } from "./options.ts";
export { type RunningApi, startApi } from "./server.ts";
export { type Token, TokensError, tokensIn } from "./tokens.ts";
