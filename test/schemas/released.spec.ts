import { spawnSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const ROOT = join(import.meta.dirname, "../..");
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "schemas-"));
  cpSync(join(ROOT, "schemas"), folder, { recursive: true });
});

afterEach(() => rmSync(folder, { recursive: true }));

function check(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(ROOT, "scripts/schemas.ts"), ...args], {
    encoding: "utf8",
  });
  return { status, out: stdout.trim(), problems: stderr.split("\n\n")[0]?.trim() };
}

interface SchemaFile {
  fields: { name: string; type: unknown; doc?: string; default?: unknown }[];
}

function change(file: string, edit: (schema: SchemaFile) => void): void {
  const path = join(folder, file);
  const schema = JSON.parse(readFileSync(path, "utf8")) as SchemaFile;
  edit(schema);
  writeFileSync(path, JSON.stringify(schema));
}

describe("the schemas of this release", () => {
  it("may go out", () => {
    expect(check()).toMatchObject({
      status: 0,
      out: "5 schemas are compatible, both ways, with all their released versions.",
    });
  });
});

describe("a change of a schema", () => {
  it("may add a field with a default", () => {
    change("rollout-event.avsc", ({ fields }) => {
      fields.push({ name: "host", type: ["null", "string"], doc: "Machine of the agent.", default: null });
    });
    expect(check(folder).status).toBe(0);
  });

  it("must not take a field away that older readers need", () => {
    change("rollout-event.avsc", ({ fields }) => fields.splice(4, 1));
    expect(check(folder)).toMatchObject({
      status: 1,
      problems:
        "released/rollout-event/1.avsc cannot read rollout-event.avsc: io.threadhistory.RolloutEvent.kind: the writer has no such field, and the reader no default for it",
    });
  });

  it("must suit every released version, not the last alone", () => {
    // Version 2 gives a field a default that version 1 lacks; version 3 takes it away.
    const released = join("released", "rollout-event", "2.avsc");
    cpSync(join(folder, "rollout-event.avsc"), join(folder, released));
    change(released, ({ fields }) => {
      for (const field of fields) if (field.name === "kind") field.default = "";
    });
    change("rollout-event.avsc", ({ fields }) => fields.splice(4, 1));
    expect(check(folder).problems).toBe(
      "released/rollout-event/1.avsc cannot read rollout-event.avsc: io.threadhistory.RolloutEvent.kind: the writer has no such field, and the reader no default for it",
    );
  });

  it("must say what a field is, at any depth", () => {
    change("dead-letter.avsc", ({ fields }) => {
      fields.push({
        name: "more",
        doc: "More.",
        type: ["null", { type: "record", name: "More", doc: "More.", fields: [{ name: "what", type: "string" }] }],
        default: null,
      });
    });
    expect(check(folder)).toMatchObject({
      status: 1,
      problems: "dead-letter.avsc › DeadLetter › more › More › what: no doc; say what it is",
    });
  });

  it("must not use what cannot be read safely, nor an enum that cannot grow", () => {
    const symbols = { type: "enum", name: "Colour", doc: "A colour.", symbols: ["red"] };
    change("dead-letter.avsc", ({ fields }) => {
      fields.push({ name: "tags", type: { type: "array", items: "string" }, doc: "Tags.", default: [] });
      fields.push({ name: "colour", type: symbols, doc: "A colour.", default: "red" });
    });
    expect(check(folder).problems?.split("\n")).toEqual([
      "dead-letter.avsc: io.threadhistory.DeadLetter.tags: array is not used in these schemas; carry it as JSON text",
      'dead-letter.avsc › DeadLetter › colour › Colour: no default; add "default": "unknown" for newer symbols',
      "released/dead-letter/1.avsc cannot read dead-letter.avsc: io.threadhistory.DeadLetter.tags: array is not used in these schemas; carry it as JSON text",
    ]);
  });
});
