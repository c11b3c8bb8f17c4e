import { createHash } from "node:crypto";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { OBSERVERS_VERSION } from "../../src/embedded/index.ts";
import { corpusIn, importing, scratch } from "./support/importing.ts";
import { rowsIn, tableIn } from "./support/rows.ts";

interface Field {
  readonly observer: string;
  readonly thread_id: string;
  readonly field: string;
  readonly text: string;
}

const digestOf = (value: unknown): string =>
  createHash("sha256").update(JSON.stringify(value)).digest("hex").slice(0, 16);

/**
 * When one of the digests changes, observers make something else of the same lines, or keep their state otherwise: files that were
 * made before must not be gone on with. Raise OBSERVERS_VERSION, and put what is found here.
 */
describe("the version of the observers", () => {
  it("is raised when what they make of the corpus, or keep of it, changes", async () => {
    const folder = scratch();
    corpusIn(folder);
    const file = join(folder, "history.sqlite");
    await importing({ file, paths: [folder] });
    const fields = (tableIn(file, "thread_fields") as Field[])
      // Where a record lay depends on what was read before it.
      .filter(({ field }) => field !== "offset")
      .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));

    expect({
      version: OBSERVERS_VERSION,
      rows: digestOf([...rowsIn(file)]),
      state: digestOf(fields),
    }).toEqual({ version: 1, rows: "136fa632aa4f3739", state: "727af7ba02ff01b6" });
  });
});

function keyOf({ observer, thread_id, field }: Field): string {
  return `${thread_id} ${observer} ${field}`;
}
