import { invalidParams, invalidRequest, type RpcError } from "./rpc-error.ts";

const HYPHENATED = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const SIMPLE = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})$/;

/**
 * The id of a thread in the spelling that threads have. Codex takes those of its library: capitals, without hyphens, in
 * braces, behind `urn:uuid:`.
 *
 * @throws RpcError
 */
export function threadIdOf(text: string): string {
  return idOf(text, "thread id", invalidRequest);
}

/** The id of a thread that a filter names. @throws RpcError */
export function filterIdOf(text: string, what: "parent thread" | "ancestor thread" | "attached thread parent"): string {
  return idOf(text, `${what} id`, invalidRequest);
}

/** @throws RpcError */
export function excludedIdOf(text: string): string {
  return idOf(text, "excluded thread id", invalidParams);
}

function idOf(text: string, what: string, refused: (message: string) => RpcError): string {
  const bare = withoutWrapping(text.toLowerCase());
  if (HYPHENATED.test(bare)) return bare;
  const groups = SIMPLE.exec(bare);
  if (groups !== null) return groups.slice(1).join("-");
  throw refused(`invalid ${what}: ${whatIsWrong(text)}`);
}

function withoutWrapping(text: string): string {
  if (text.startsWith("urn:uuid:")) return text.slice("urn:uuid:".length);
  return text.startsWith("{") && text.endsWith("}") ? text.slice(1, -1) : text;
}

function whatIsWrong(text: string): string {
  const at = text.search(/[^0-9a-fA-F-]/);
  const found = [...text.slice(at)][0];
  if (at >= 0 && found !== undefined)
    return `invalid character: expected an optional prefix of \`urn:uuid:\` followed by [0-9a-fA-F-], found \`${found}\` at ${at + 1}`;
  const groups = text.split("-");
  if (groups.length === 1) return `invalid length: expected length 32 for simple format, found ${text.length}`;
  if (groups.length !== GROUPS.length) return `invalid group count: expected ${GROUPS.length}, found ${groups.length}`;
  const wrong = GROUPS.findIndex((length, n) => groups[n]?.length !== length);
  return `invalid group length in group ${wrong}: expected ${GROUPS[wrong]}, found ${groups[wrong]?.length}`;
}

const GROUPS = [8, 4, 4, 4, 12];
