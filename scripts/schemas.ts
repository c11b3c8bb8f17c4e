/**
 * `node scripts/schemas.ts [FOLDER]`: whether the schemas (in `schemas/`, or FOLDER) may go out. Each must read, and be read by,
 * all its released versions (released/NAME/1.avsc and on), and say of every field what it is. Needs no registry.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { incompatibilities, parseSchema, SCHEMA_NAMES, type SchemaName } from "../src/schema-registry/index.ts";
import { ROOT } from "./root.ts";

const FOLDER = process.argv[2] ?? join(ROOT, "schemas");

interface Version {
  readonly file: string;
  readonly text: string;
}

function read(file: string): Version {
  return { file, text: readFileSync(join(FOLDER, file), "utf8") };
}

/** The released versions, which are numbered from 1 without holes. */
function releasesOf(name: SchemaName): Version[] {
  const folder = join("released", name);
  const count = readdirSync(join(FOLDER, folder)).length;
  return Array.from({ length: count }, (_, at) => read(join(folder, `${at + 1}.avsc`)));
}

function* problemsOf(name: SchemaName): Iterable<string> {
  const current = read(`${name}.avsc`);
  const type = parseSchema(current.text);
  yield* incompatibilities(type, type).map((problem) => `${current.file}: ${problem}`);
  yield* undocumented(JSON.parse(current.text), current.file);
  for (const release of releasesOf(name)) {
    const released = parseSchema(release.text);
    for (const problem of incompatibilities(type, released))
      yield `${current.file} cannot read ${release.file}: ${problem}`;
    for (const problem of incompatibilities(released, type))
      yield `${release.file} cannot read ${current.file}: ${problem}`;
  }
}

/** Fields and named types without a doc, enums without a default, at any depth of a schema's JSON. */
function* undocumented(schema: unknown, path: string): Iterable<string> {
  if (Array.isArray(schema)) for (const branch of schema) yield* undocumented(branch, path);
  if (typeof schema !== "object" || schema === null || Array.isArray(schema)) return;
  const { name, type, doc, fields, default: fallback } = schema as Readonly<Record<string, unknown>>;
  const here = typeof name === "string" ? `${path} › ${name}` : path;
  if (typeof name === "string" && (typeof doc !== "string" || doc === "")) yield `${here}: no doc; say what it is`;
  if (type === "enum" && fallback === undefined)
    yield `${here}: no default; add "default": "unknown" for newer symbols`;
  if (Array.isArray(fields)) for (const field of fields) yield* undocumented(field, here);
  else yield* undocumented(type, here);
}

const problems = SCHEMA_NAMES.flatMap((name) => [...problemsOf(name)]);
for (const problem of problems) console.error(problem);
if (problems.length > 0) {
  console.error(
    "\nReleased readers and writers stay in use: add fields with a default and enum symbols only, and change no other.\n" +
      "A schema that goes out is kept as released/NAME/N.avsc, which never changes.",
  );
  process.exitCode = 1;
} else {
  console.log(`${SCHEMA_NAMES.length} schemas are compatible, both ways, with all their released versions.`);
}
