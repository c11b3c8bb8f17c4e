const MASK = "****";
/** Up to the last @: a password that was not encoded may hold anything. */
const USERINFO = /^([a-z][a-z0-9+.-]*:\/\/)([^/?#@:\s]*:)?.*@/i;
const SECRET_PARAMETER = /([?&][^=&#]*(?:password|secret|token|key)[^=&#]*=)[^&#]*/gi;

/** A value as it may be shown: without the password, or the token, that stands in a URL. */
export function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== "string" || !value.includes("://")) return value;
  return value
    .replace(USERINFO, (_, scheme: string, user: string | undefined) => `${scheme}${user ?? ""}${MASK}@`)
    .replaceAll(SECRET_PARAMETER, `$1${MASK}`);
}

/** A value on one line, masked, as it reads in tables and messages. */
export function shownValue(value: unknown): string {
  const safe = masked(value);
  if (safe === null || safe === undefined) return "(not set)";
  if (Array.isArray(safe)) return safe.length === 0 ? "(none)" : safe.map(String).join(", ");
  if (safe === "") return '""';
  return typeof safe === "object" ? JSON.stringify(safe) : String(safe);
}
