import { browserFiles } from "./browser-files.ts";
import { page } from "./page.ts";

/** A file as the API sends it. */
export interface ViewerFile {
  readonly body: Buffer;
  readonly contentType: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Nothing that a thread holds can run: scripts and styles come from files of ours only, text becomes markup nowhere
 * (trusted types), and no picture or address elsewhere is ever asked for.
 */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data: blob:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

/** The paths that the page itself makes something of (`browser/router.ts`). */
const PAGES = /^\/(?:|operations|threads\/[^/]+)\/?$/;

/** The folder of the files, with a version: what stands there never changes. */
const FILES = /^\/viewer\/(?<version>[0-9a-f]+)\/(?<name>[a-z0-9./-]+)$/;

/**
 * What the viewer has at a path, null for nothing.
 *
 * @param path begins with a slash, without query
 */
export async function viewerFile(path: string): Promise<ViewerFile | null> {
  const { version, files } = await browserFiles();
  if (PAGES.test(path)) return html(page(version, [...files.keys()]));
  if (path === "/favicon.ico") return asset(files.get("icon.svg"));
  const { version: asked, name = "" } = FILES.exec(path)?.groups ?? {};
  return asked === version ? asset(files.get(name)) : null;
}

function html(text: string): ViewerFile {
  return {
    body: Buffer.from(text),
    contentType: "text/html; charset=utf-8",
    headers: {
      "cache-control": "no-cache",
      "content-security-policy": CONTENT_SECURITY_POLICY,
      "cross-origin-opener-policy": "same-origin",
    },
  };
}

function asset(file: Pick<ViewerFile, "body" | "contentType"> | undefined): ViewerFile | null {
  if (file === undefined) return null;
  return { ...file, headers: { "cache-control": "public, max-age=31536000, immutable" } };
}
