import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { DEFECTS } from "./planted/defects.ts";
import { seedsToFind } from "./planted/search.ts";

const SRC = join(import.meta.dirname, "../../src");
/** A few defects that few seeds find: all of them take longer (`npm run test:long`). */
const QUICK = ["no fence", "emitting starts at the watermark", "a stopped thread goes on with its next record"];
const MOST_SEEDS = 10_000;

describe("deliberate defects are found", () => {
  it("can each be planted: the text is in the source once", () => {
    const counts = DEFECTS.map(({ name, file, text }) => {
      const source = readFileSync(join(SRC, file), "utf8");
      return [name, source.split(text).length - 1];
    });
    expect(counts.filter(([, count]) => count !== 1)).toEqual([]);
  });

  const tried = process.env.SIMULATION_DEFECTS === "all" ? DEFECTS : DEFECTS.filter(({ name }) => QUICK.includes(name));
  it.each(tried)("$name", async (defect) => {
    expect(await seedsToFind(defect, MOST_SEEDS)).not.toBeNull();
  });
});
