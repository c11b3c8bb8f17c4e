const PREDEFINED = new Map([
  ["lt", "<"],
  ["gt", ">"],
  ["amp", "&"],
  ["quot", '"'],
  ["apos", "'"],
]);

const CHARACTER = /^#(?:x([0-9A-Fa-f]+)|([0-9]+))$/;

/** What `&name;` stands for: one of XML's five entities or a Unicode scalar value other than zero. */
export function referenced(name: string): string | undefined {
  const [, hex, decimal] = CHARACTER.exec(name) ?? [];
  if (hex === undefined && decimal === undefined) return PREDEFINED.get(name);
  const code = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
  const scalar = code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff);
  return scalar ? String.fromCodePoint(code) : undefined;
}

/** A text with its references replaced; undefined when one of them is malformed or unknown. */
export function withReferences(text: string): string | undefined {
  const [start = "", ...rest] = text.split("&");
  const parts = [start];
  for (const part of rest) {
    const end = part.indexOf(";");
    const character = end === -1 ? undefined : referenced(part.slice(0, end));
    if (character === undefined) return undefined;
    parts.push(character, part.slice(end + 1));
  }
  return parts.join("");
}
