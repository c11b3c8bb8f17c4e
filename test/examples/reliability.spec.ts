import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ALL_FAULTS } from "../simulation/faults.ts";
import { DEFECTS } from "../simulation/planted/defects.ts";

const ROOT = join(import.meta.dirname, "../..");
const FAULTS = 33;
const page = readFileSync(join(ROOT, "docs", "reliability.md"), "utf8");
const rows = page.split("\n").filter((line) => /^\| \d+ \|/.test(line));

describe("the page on reliability", () => {
  it("has a row for each fault, with a test or a fault of the simulator", () => {
    expect(rows.map((row) => Number(row.split("|")[1]))).toEqual(Array.from({ length: FAULTS }, (_, n) => n + 1));
    expect(rows.filter((row) => !/ › |simulated `|planted defect/.test(row))).toEqual([]);
  });

  it("names tests that are there", () => {
    const named = [...page.matchAll(/`(?<file>[\w./-]+\.spec\.ts)` › (?<words>[^;|]*)/g)].map(
      ({ groups }) => groups ?? {},
    );
    const missing = named.filter(({ file = "", words = "" }) => {
      const text = existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), "utf8") : "";
      return text === "" || !text.includes((words.split(". ")[0] ?? "").trim());
    });
    expect(missing).toEqual([]);
    expect(named.length).toBeGreaterThan(60);
  });

  it("names faults that are simulated, and defects that are planted", () => {
    const faults = [...page.matchAll(/simulated (?<names>`[^;|.]*)/g)].flatMap(({ groups }) => [
      ...(groups?.names ?? "").matchAll(/`(?<name>[a-z-]+)`/g),
    ]);
    const names: readonly string[] = ALL_FAULTS;
    expect(faults.map(({ groups }) => groups?.name ?? "").filter((name) => !names.includes(name))).toEqual([]);
    const defects = [...page.matchAll(/planted defects? (?<names>"[^;|]*)/g)].flatMap(({ groups }) => [
      ...(groups?.names ?? "").matchAll(/"(?<name>[^"]+)"/g),
    ]);
    const planted = DEFECTS.map(({ name }) => name);
    expect(defects.map(({ groups }) => groups?.name ?? "").filter((name) => !planted.includes(name))).toEqual([]);
  });
});
