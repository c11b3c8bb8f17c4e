import { normalizeAbsolute } from "./absolute-path.ts";
import { type Read, string, unknownValue } from "./fields.ts";
import { pathFromFileUri } from "./file-uri.ts";

/** An absolute path, normalised (rollout-format §3). */
export const absolutePath: Read<string> = (doc, node, name) => {
  const path = string(doc, node, name);
  if (!path.startsWith("/")) throw unknownValue(doc, node, name, path);
  return normalizeAbsolute(path);
};

/** The path of a `file:` URI (paginated §2). */
export const fileUriPath: Read<string> = (doc, node, name) => {
  const uri = string(doc, node, name);
  const path = pathFromFileUri(uri);
  if (path === undefined) throw unknownValue(doc, node, name, uri);
  return path;
};

const AGENT_PATH = /^\/(?:morpheus|root(?:\/(?!root(?:\/|$))[a-z0-9_]+)*)$/;

/** Where an agent stands below the root agent (paginated §2). */
export const agentPath: Read<string> = (doc, node, name) => {
  const path = string(doc, node, name);
  if (!AGENT_PATH.test(path)) throw unknownValue(doc, node, name, path);
  return path;
};

/** A path's parts, joined: doubled and trailing slashes and inner dots tell no paths apart. */
export function pathParts(path: string): string {
  const names = path.split("/").filter((name, i) => name !== "" && (name !== "." || i === 0));
  return (path.startsWith("/") ? "/" : "") + names.join("/");
}
