import type { InitializeParams } from "./params.ts";
import { invalidRequest } from "./rpc-error.ts";

/** The release of Codex whose protocol is spoken here. */
const PROTOCOL_VERSION = "0.169.0";

/** Bytes that a header of HTTP can hold: none of the control characters but the tab. */
const HEADER_VALUE = /^[^\p{Cc}]*$/u;

/** The answer to `initialize`. There is no folder of Codex's behind this server; the type asks for a path. @throws RpcError */
export function initialized({ clientInfo }: InitializeParams, platform: NodeJS.Platform): object {
  const { name, version } = clientInfo;
  if (!HEADER_VALUE.test(name.replaceAll("\t", "")))
    throw invalidRequest(`Invalid clientInfo.name: '${name}'. Must be a valid HTTP header value.`);
  const isWindows = platform === "win32";
  return {
    userAgent: `${name}/${PROTOCOL_VERSION} (${platform}) thread-history (${name}; ${version})`,
    codexHome: isWindows ? "C:\\" : "/",
    platformFamily: isWindows ? "windows" : "unix",
    platformOs: isWindows ? "windows" : platform === "darwin" ? "macos" : platform,
  };
}
