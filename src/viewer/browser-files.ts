import { createHash } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { stripTypeScriptTypes } from "node:module";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** What browsers get, by name; modules come without types. */
export interface BrowserFiles {
  /** Another one for every other content. */
  readonly version: string;
  readonly files: ReadonlyMap<string, BrowserFile>;
}

export interface BrowserFile {
  readonly body: Buffer;
  readonly contentType: string;
}

const FOLDER = join(import.meta.dirname, "browser");

/** Packages that browsers get, by the name under which modules import them: each is one file. */
const PACKAGES: Readonly<Record<string, string>> = {
  preact: "packages/preact.js",
  "preact/hooks": "packages/hooks.js",
  marked: "packages/marked.js",
};

const TYPES: Readonly<Record<string, string>> = {
  ".ts": "text/javascript; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

let loaded: Promise<BrowserFiles> | null = null;

/** Reads all of them once. */
export function browserFiles(): Promise<BrowserFiles> {
  loaded ??= load();
  return loaded;
}

async function load(): Promise<BrowserFiles> {
  const names = (await readdir(FOLDER, { recursive: true })).filter((name) => TYPES[extname(name)] !== undefined);
  const own = names.sort().map(async (name): Promise<[string, string]> => {
    const text = await readFile(join(FOLDER, name), "utf8");
    return [name, extname(name) === ".ts" ? moduleText(text, name) : text];
  });
  const packages = Object.entries(PACKAGES).map(async ([specifier, name]): Promise<[string, string]> => {
    const text = await readFile(fileURLToPath(import.meta.resolve(specifier)), "utf8");
    return [name, withPaths(text, name)];
  });
  const texts = await Promise.all([...own, ...packages]);
  const version = createHash("sha256").update(JSON.stringify(texts)).digest("hex").slice(0, 16);
  const files = texts.map(([name, text]): [string, BrowserFile] => {
    return [name, { body: Buffer.from(text), contentType: TYPES[extname(name)] ?? "" }];
  });
  return { version, files: new Map(files) };
}

function moduleText(text: string, name: string): string {
  return withPaths(withoutTypes(text), name);
}

/** Node says each time that this is experimental; that it works with this version the tests show. */
function withoutTypes(text: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(text);
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Packages by their files, since an import map would be inline script. */
function withPaths(text: string, name: string): string {
  const up = "../".repeat(name.split("/").length - 1) || "./";
  return text.replace(/(?<from>\bfrom\s*)"(?<specifier>[a-z/]+)"/g, (all, from: string, specifier: string) => {
    const file = PACKAGES[specifier];
    return file === undefined ? all : `${from}"${up}${file}"`;
  });
}
