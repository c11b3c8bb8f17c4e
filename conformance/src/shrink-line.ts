import { type Json, readJson, sourceOf, stringMember } from "./json.ts";

/** Other lines have to stay well formed: what Codex rejects in lines without effect is not compared. */
const SHRINKABLE: ReadonlySet<string> = new Set(["event_msg", "compacted"]);

/** Every text that the line becomes when one member of an object, or one element of a list, is taken away. */
export function withoutOnePart(line: string): string[] {
  const value = parsed(line);
  return value === undefined || !SHRINKABLE.has(stringMember(value, "type") ?? "")
    ? []
    : parts(value).map((part) => rendered(value, part, line));
}

function parsed(line: string): Json | undefined {
  try {
    return readJson(line);
  } catch {
    return undefined;
  }
}

function parts(value: Json): Json[] {
  if (value.kind === "array") return value.elements.flatMap((element) => [element, ...parts(element)]);
  if (value.kind === "object") return value.members.flatMap((member) => [member.value, ...parts(member.value)]);
  return [];
}

function rendered(value: Json, without: Json, line: string): string {
  if (value.kind === "array") {
    return `[${value.elements
      .filter((element) => element !== without)
      .map((element) => rendered(element, without, line))
      .join(",")}]`;
  }
  if (value.kind === "object") {
    const members = value.members.filter((member) => member.value !== without);
    return `{${members.map((member) => `${JSON.stringify(member.key)}:${rendered(member.value, without, line)}`).join(",")}}`;
  }
  return sourceOf(line, value);
}
