import { Buffer } from "node:buffer";

/**
 * The path that a `file:` URI stands for (paginated §2: the `cwd` of a command, the `path` of an image view), or undefined
 * when the URI is not acceptable, which rejects its line.
 *
 * URIs are read as the URL standard says; credentials, a port, a query, a fragment and a NUL byte are not acceptable. The
 * form of the URI tells the machine it comes from: a drive letter or a host make a Windows path, everything else a POSIX one.
 */
export function pathFromFileUri(uri: string): string | undefined {
  const url = URL.parse(uri.replace(BAR, "$<before>%7C"));
  if (url === null || url.protocol !== "file:" || /[?#]/.test(url.href)) return undefined;
  if (url.href.startsWith(OPAQUE)) return opaquePath(url.href);
  const encoded = url.pathname.replace(/^\/+/, "").split("/");
  const segments = encoded.map(percentDecoded);
  if (segments.some((segment) => segment.includes("\0"))) return undefined;
  const first = encoded[0] ?? "";
  if (DRIVE.test(first) || (url.host === "" && ENCODED_DRIVE.test(first))) return drivePath(first, segments.slice(1));
  if (url.host === "") return `/${segments.join("/")}`;
  return first === "" ? `file://${url.host}/` : sharePath(url.host, segments);
}

/** After three slashes Codex's reader takes a bar for no drive's colon. */
const BAR = /^(?<before> *file:\/\/\/[a-z])\|(?=[\\/]|$)/i;
const DRIVE = /^[A-Za-z]:$/;
const ENCODED_DRIVE = /^[A-Za-z]%3a$/i;

/** `C:\` and what is below it. */
function drivePath(drive: string, segments: readonly string[]): string {
  return `${drive.charAt(0).toUpperCase()}:\\${segments.join("\\")}`;
}

/** `\\host\share` and what is below it; the first segment is the share. */
function sharePath(host: string, segments: readonly string[]): string {
  return `\\\\${host}\\${segments.join("\\")}`;
}

/** A URL spells every character beyond ASCII in percents, so each run of them is whole UTF-8, or not UTF-8 at all. */
function percentDecoded(segment: string): string {
  return segment.replaceAll(/(?:%[0-9A-Fa-f]{2})+/g, (run) => utf8(Buffer.from(run.replaceAll("%", ""), "hex")));
}

/** How paths are written that no URI can spell: followed by the base64url of their bytes. */
const OPAQUE = "file:///%00/bad/path/";

/** The path in POSIX bytes or Windows UTF-16, with U+FFFD for what is not text; the URI itself when it is neither. */
function opaquePath(uri: string): string | undefined {
  const text = uri.slice(OPAQUE.length);
  const bytes = Buffer.from(text, "base64url");
  if (text === "" || bytes.toString("base64url") !== text) return undefined;
  const wide = bytes.length % 2 === 0 ? bytes.toString("utf16le").toWellFormed() : "";
  if (/^(?:[A-Za-z]:[\\/]|[\\/]{2})/.test(wide)) return wide;
  return bytes[0] === 0x2f && bytes[1] !== 0 ? utf8(bytes) : uri;
}

function utf8(bytes: Buffer): string {
  return bytes.toString("utf8");
}
