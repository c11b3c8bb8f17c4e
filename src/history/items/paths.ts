/**
 * The path of a read from the directory of its command (reduction §9, paginated §2); undefined when there is none, and then
 * the action is left out. `~` is an ordinary name. An absolute path ignores `cwd` and keeps a trailing slash; `cwd` itself is
 * not normalised. Whether paths are POSIX or Windows ones is read from `cwd`. Tabs and line breaks are lost, as a URI
 * loses them.
 */
export function joinPath(cwd: string, path: string): string | undefined {
  if (path.includes("\0")) return undefined;
  if (path === "") return cwd;
  const text = path.replaceAll(/[\t\n\r]/g, "");
  if (cwd.startsWith("/")) return joinPosix(cwd, text);
  const [, drive, host, rest] = WINDOWS_ROOT.exec(cwd) ?? [];
  if (rest === undefined) return undefined;
  return joinWindows({ drive, host, segments: withoutTrailing(rest.split("\\")) }, text);
}

/** Follows `steps` from `segments`, never above the first `root` of them. */
function walk(segments: readonly string[], steps: readonly string[], root: number): string[] {
  const path = [...segments];
  let depth = path.filter((segment) => segment !== "").length;
  for (const step of steps) {
    if (step === "" || step === ".") continue;
    if (step !== "..") {
      path.push(step);
      depth += 1;
    } else if (depth > root) {
      path.pop();
      depth -= 1;
    }
  }
  return path;
}

function walkFromRoot(segments: readonly string[], steps: readonly string[]): string[] {
  const path = walk(segments, steps, segments.length);
  return steps.at(-1) === "" ? [...path, ""] : path;
}

function withoutTrailing(segments: readonly string[]): readonly string[] {
  return segments.at(-1) === "" ? segments.slice(0, -1) : segments;
}

const DRIVE = /^[A-Za-z]:$/;

function joinPosix(cwd: string, path: string): string {
  const steps = path.split("/");
  if (path.startsWith("/")) {
    const absolute = walkFromRoot([], steps);
    return DRIVE.test(absolute[0] ?? "") ? path : `/${absolute.join("/")}`;
  }
  const [first = "", ...below] = walk(withoutTrailing(cwd.slice(1).split("/")), steps, 0);
  return DRIVE.test(first) ? drivePath(first, below) : `/${[first, ...below].join("/")}`;
}

/** `C:\…` or `\\host\share\…`; the segments of the latter begin with the share. */
interface WindowsPath {
  readonly drive: string | undefined;
  readonly host: string | undefined;
  readonly segments: readonly string[];
}

const WINDOWS_ROOT = /^(?:([A-Za-z]):[\\/]|[\\/]{2}([^\\/]+)[\\/](?=[^\\/]))(.*)$/s;
const NAMESPACE = /^[\\/]{2}[.?][\\/]/;
const PLAIN_HOST = /^[\w.-]+$/;

function joinWindows(cwd: WindowsPath, written: string): string | undefined {
  const path = written.replace(/^\\\\\?\\(?=[A-Za-z]:\\)/, "");
  if (NAMESPACE.test(path)) return path;
  const [, drive, host, rest] = WINDOWS_ROOT.exec(path) ?? [];
  if (rest !== undefined) return absoluteWindows(path, drive, host, rest.split(/[\\/]/));
  const [, ofDrive] = /^([A-Za-z]):/.exec(path) ?? [];
  if (ofDrive !== undefined && ofDrive.toUpperCase() !== cwd.drive?.toUpperCase()) return undefined;
  const steps = path.slice(ofDrive === undefined ? 0 : 2).split(/[\\/]/);
  const fromRoot = /^[\\/](?![\\/])/.test(path);
  const root = cwd.host === undefined ? 0 : 1;
  return rendered({ ...cwd, segments: walk(fromRoot ? cwd.segments.slice(0, root) : cwd.segments, steps, root) });
}

function absoluteWindows(path: string, drive: string | undefined, host: string | undefined, steps: string[]): string {
  if (host === undefined) return rendered({ drive, host, segments: walkFromRoot([], steps) });
  if (!PLAIN_HOST.test(host)) return path;
  const [share = "", ...below] = steps;
  return rendered({ drive, host: host.toLowerCase(), segments: walkFromRoot([share], below) });
}

function drivePath(drive: string, segments: readonly string[]): string {
  return `${drive.charAt(0).toUpperCase()}:\\${segments.join("\\")}`;
}

function rendered({ drive = "", host, segments }: WindowsPath): string {
  return host === undefined ? drivePath(drive, segments) : `\\\\${host}\\${segments.join("\\")}`;
}
