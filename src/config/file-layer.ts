import { isMap, isScalar, LineCounter, type Node, parseDocument, type YAMLMap } from "yaml";
import type { GivenValue, Layer, Problem } from "./layer.ts";
import { nearest } from "./nearest.ts";
import { SECTIONS, SETTINGS } from "./settings.ts";

/** More aliases than this in one file are an attack, or a mistake. */
const MAX_ALIASES = 100;

const NAMES: ReadonlySet<string> = new Set(SETTINGS.map(({ name }) => name));

/** What a YAML file sets. A key without a value counts as absent, so that a value can be commented out. */
export function fileLayer(path: string, content: string): Layer {
  const lines = new LineCounter();
  const document = parseDocument(content, { lineCounter: lines });
  const values = new Map<string, GivenValue>();
  const problems: Problem[] = document.errors.map((error) => ({
    name: path,
    origin: `line ${lines.linePos(error.pos[0]).line}`,
    message: `not valid YAML: ${error.message.split("\n", 1)[0]?.replace(/ at line.*/, "") ?? ""}`,
  }));
  if (problems.length > 0) return { values, problems };
  const origin = (node: Node): string => `${path} line ${lines.linePos(node.range?.[0] ?? 0).line}`;

  function takeMap(map: YAMLMap, section: string): void {
    for (const { key, value } of map.items) {
      const word = isScalar(key) ? String(key.value) : String(key);
      const name = section === "" ? word : `${section}.${word}`;
      const at = origin(key as Node);
      if (NAMES.has(name)) takeValue(name, value as Node | null, at);
      else if (!SECTIONS.has(name)) problems.push({ name, origin: at, message: unknown(name) });
      else if (isMap(value)) takeMap(value, name);
      else if (isScalar(value) && value.value !== null) problems.push({ name, origin: at, message: notASection(name) });
    }
  }

  function takeValue(name: string, node: Node | null, at: string): void {
    const value: unknown = node?.toJS(document, { maxAliasCount: MAX_ALIASES }) ?? null;
    if (value !== null) values.set(name, { value, origin: at });
  }

  if (isMap(document.contents)) takeMap(document.contents, "");
  else if (document.contents !== null)
    problems.push({ name: path, origin: "file", message: "it must hold settings, such as `prefix: thread-history`" });
  return { values, problems };
}

function unknown(name: string): string {
  const meant = nearest(name, [...NAMES, ...SECTIONS]);
  return `no such setting${meant === undefined ? "" : `; did you mean ${meant}?`}`;
}

function notASection(name: string): string {
  const parts = [...NAMES].filter((other) => other.startsWith(`${name}.`)).map((other) => other.slice(name.length + 1));
  return `it holds settings of its own: ${parts.join(", ")}`;
}
