import type { Random } from "../random.ts";
import { opaque } from "./opaque.ts";
import { type Fields, isFields, PLAIN, Raw, type Value, write } from "./written.ts";

type Path = readonly string[];

const NUMBERS = [
  0,
  5,
  -1,
  1.5,
  new Raw("1.0"),
  new Raw("1e2"),
  new Raw("-0"),
  new Raw("4294967296"),
  new Raw("18446744073709551615"),
  new Raw("18446744073709551616"),
  new Raw("1e400"),
] as const;
const TEXTS = [
  "",
  "text",
  "not_yet_invented",
  "5",
  new Raw('"\\ud800"'),
  new Raw('"\\udc00\\ud800"'),
  new Raw('"\\ud83d\\ude00"'),
] as const;

const TAGS: ReadonlySet<string> = new Set(["type", "kind"]);

/** Spoils one place inside an object: takes it away, changes its type or value, repeats or adds a key. */
export function malform(fields: Fields, random: Random): Value {
  const path = random.pick(paths(fields, []));
  return path === undefined ? fields : changed(fields, path, random);
}

function paths(value: Value | undefined, here: Path): Path[] {
  if (Array.isArray(value)) return value.flatMap((element: Value, index) => paths(element, [...here, String(index)]));
  if (!isFields(value)) return [];
  return Object.entries(value).flatMap(([key, member]) =>
    member === undefined ? [] : [[...here, key], ...paths(member, [...here, key])],
  );
}

function changed(value: Value, [key, ...rest]: Path, random: Random): Value {
  if (key === undefined) return spoiled(value, random);
  if (Array.isArray(value)) {
    return value.map((element: Value, index) => (String(index) === key ? changed(element, rest, random) : element));
  }
  if (!isFields(value)) return value;
  if (rest.length > 0) return { ...value, [key]: changed(value[key] ?? null, rest, random) };
  switch (random.below(8)) {
    case 0:
    case 1:
      return { ...value, [key]: undefined };
    case 2:
      return { ...value, [key]: null };
    case 3:
      return repeated(value, key, random);
    case 4:
      return { ...value, [random.pick(["unknown", "__proto__x", "Type", ""])]: opaque(random, false) };
    default:
      return { ...value, [key]: TAGS.has(key) ? spoiledTag(random) : spoiled(value[key] ?? null, random) };
  }
}

function spoiled(value: Value, random: Random): Value {
  const like =
    typeof value === "number"
      ? random.pick<Value>(NUMBERS)
      : typeof value === "string"
        ? random.pick<Value>(TEXTS)
        : null;
  return random.pick<Value>([
    like,
    typeof value === "string" ? { [value]: random.pick<Value>([null, {}, value]) } : like,
    null,
    true,
    random.pick<Value>(NUMBERS),
    random.pick<Value>(TEXTS),
    [],
    {},
    [value],
    { type: "text" },
  ]);
}

/** Codex takes a number for the kind of that place among all that it knows. */
function spoiledTag(random: Random): Value {
  const number = random.pick<Value>([random.pick<Value>(NUMBERS), random.below(4), random.below(20), random.below(90)]);
  return random.pick<Value>([null, true, number, random.pick<Value>(TEXTS), [], {}]);
}

/** The same object with one key twice: the other value stands before or after. */
function repeated(value: Fields, key: string, random: Random): Raw {
  const text = write(value, PLAIN, random);
  const twin = `${JSON.stringify(key)}:${write(random.pick<Value>([value[key] ?? null, null, "twin", TAGS.has(key) ? "twin" : 7]), PLAIN, random)}`;
  return new Raw(random.chance(0.5) ? `{${twin},${text.slice(1)}` : `${text.slice(0, -1)},${twin}}`);
}
