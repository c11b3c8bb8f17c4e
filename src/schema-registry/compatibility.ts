import avsc, { type Type } from "avsc";

type RecordType = avsc.types.RecordType;
/** The default of an enum is missing in avsc's types. */
type EnumType = avsc.types.EnumType & { readonly default?: string };

/**
 * What keeps a reader's schema from reading every value of a writer's; empty when nothing does.
 *
 * The rules are those of the Avro specification, narrowed to what these schemas use, so that every registry and every Avro
 * library draws the same conclusion:
 * - Types are null, boolean, int, long, string, bytes, enums, records and unions. Others are refused wherever they stand: lists
 *   and maps because a corrupt count would have avsc skip for ever, recursion because a corrupt value would exhaust the stack.
 * - A type reads itself only. (avsc and the specification also read an int as a long or a double, a string as bytes, and avsc
 *   an error as a record.)
 * - Named types have the same full name, fields the same name; aliases do not count. (Aliases work from one side only.)
 * - A field that the writer lacks has a default in the reader. A field that the reader lacks is skipped.
 * - A symbol that the reader lacks needs a default symbol in the reader. (The specification refuses it at the value, later.)
 * - Every branch of the writer's union has a branch in the reader's, in any order; a type by itself is a union of one.
 */
export function incompatibilities(reader: Type, writer: Type): readonly string[] {
  return [...readProblems(reader, writer, shown(writer))];
}

/** Whether either schema reads all that the other writes. */
export function isFullyCompatible(a: Type, b: Type): boolean {
  return incompatibilities(a, b).length === 0 && incompatibilities(b, a).length === 0;
}

function* readProblems(reader: Type, writer: Type, path: string): Iterable<string> {
  yield* unsupported(writer, path, []);
  yield* unread(reader, writer, path, []);
}

/** Types that these schemas do not use, at any depth. */
function* unsupported(type: Type, path: string, within: readonly Type[]): Iterable<string> {
  if (within.includes(type)) {
    yield `${path}: ${shown(type)} holds itself; give it an end, or carry it as JSON text`;
    return;
  }
  const inner = [...within, type];
  if (isUnion(type)) for (const branch of type.types) yield* unsupported(branch, path, inner);
  else if (isRecord(type))
    for (const field of type.fields) yield* unsupported(field.type, `${path}.${field.name}`, inner);
  else if (!SUPPORTED.has(kindOf(type)))
    yield `${path}: ${kindOf(type)} is not used in these schemas; carry it as JSON text`;
}

function* unread(reader: Type, writer: Type, path: string, within: readonly Type[]): Iterable<string> {
  for (const branch of branchesOf(writer)) {
    const match = branchesOf(reader).find((own) => sameName(own, branch));
    if (match === undefined) yield `${path}: ${shown(branch)} cannot be read as ${shown(reader)}`;
    else if (isEnum(match) && isEnum(branch)) yield* unreadSymbols(match, branch, path);
    else if (isRecord(match) && isRecord(branch) && !within.includes(branch))
      yield* unreadFields(match, branch, path, [...within, branch]);
  }
}

function* unreadSymbols(reader: EnumType, writer: EnumType, path: string): Iterable<string> {
  const missing = writer.symbols.filter((symbol) => !reader.symbols.includes(symbol));
  if (missing.length > 0 && reader.default === undefined)
    yield `${path}: the reader does not know ${missing.join(", ")}, and its enum has no default`;
}

function* unreadFields(
  reader: RecordType,
  writer: RecordType,
  path: string,
  within: readonly Type[],
): Iterable<string> {
  const written = new Map(writer.fields.map((field) => [field.name, field.type]));
  for (const field of reader.fields) {
    const type = written.get(field.name);
    if (type !== undefined) yield* unread(field.type, type, `${path}.${field.name}`, within);
    else if (field.defaultValue() === undefined)
      yield `${path}.${field.name}: the writer has no such field, and the reader no default for it`;
  }
}

const SUPPORTED: ReadonlySet<string> = new Set(["null", "boolean", "int", "long", "string", "bytes", "enum"]);

/** Our own long calls itself abstract. */
function kindOf(type: Type): string {
  return type.typeName === "abstract:long" ? "long" : type.typeName;
}

function isUnion(type: Type): type is avsc.types.UnwrappedUnionType {
  return avsc.Type.isType(type, "union");
}

function isRecord(type: Type): type is RecordType {
  return type.typeName === "record";
}

function isEnum(type: Type): type is EnumType {
  return type.typeName === "enum";
}

function branchesOf(type: Type): readonly Type[] {
  return isUnion(type) ? type.types : [type];
}

function sameName(a: Type, b: Type): boolean {
  return kindOf(a) === kindOf(b) && a.name === b.name;
}

function shown(type: Type): string {
  if (isUnion(type)) return type.types.map(shown).join(" or ");
  return type.name ?? kindOf(type);
}
