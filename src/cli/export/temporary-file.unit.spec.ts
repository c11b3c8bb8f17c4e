import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { beforeEach, describe, expect, it, onTestFinished } from "vitest";
import { OutputError, UnusableOutputError } from "../output.ts";
import { checkFree, destinationOf } from "./destination.ts";
import { TemporaryFile } from "./temporary-file.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "thread-history-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function write(path: string, replaces: boolean): void {
  using file = new TemporaryFile(path);
  file.write(Buffer.from("def"), 3);
  file.write(Buffer.from("abc"), 0);
  file.putInPlace(replaces);
}

describe("a temporary file", () => {
  it("becomes the file whole, readable by its owner alone, and leaves nothing beside it", () => {
    write(join(folder, "out"), false);

    expect(readFileSync(join(folder, "out"), "utf8")).toBe("abcdef");
    expect(statSync(join(folder, "out")).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("vanishes unless it was put in place", () => {
    {
      using file = new TemporaryFile(join(folder, "out"));
      file.write(Buffer.from("half"), 0);
    }

    expect(readdirSync(folder)).toEqual([]);
  });

  it("never takes the place of a file that came meanwhile, unless told to", () => {
    writeFileSync(join(folder, "out"), "of somebody else");

    expect(() => write(join(folder, "out"), false)).toThrow(OutputError);
    expect(readFileSync(join(folder, "out"), "utf8")).toBe("of somebody else");
    write(join(folder, "out"), true);
    expect(readFileSync(join(folder, "out"), "utf8")).toBe("abcdef");
    expect(readdirSync(folder)).toEqual(["out"]);
  });

  it("cannot be made where there is no folder", () => {
    expect(() => new TemporaryFile(join(folder, "none/out"))).toThrow(UnusableOutputError);
  });
});

describe("where rollouts go", () => {
  it.each([
    { out: "-", expected: { type: "standard-output" } },
    { out: "new", expected: { type: "file" } },
    { out: "new/", expected: { type: "folder" } },
    { out: "folder", expected: { type: "folder" } },
    { out: "file", expected: { type: "file" } },
  ])("--out $out is one for one rollout: $expected.type", ({ out, expected }) => {
    mkdirSync(join(folder, "folder"));
    writeFileSync(join(folder, "file"), "");

    expect(destinationOf(out === "-" ? out : `${folder}/${out}`, false)).toMatchObject(expected);
  });

  it("is a folder for several, made if need be, and never a file or standard output", () => {
    writeFileSync(join(folder, "file"), "");

    expect(destinationOf(join(folder, "new"), true)).toEqual({ type: "folder", path: join(folder, "new") });
    expect(() => destinationOf(join(folder, "file"), true)).toThrow("is a file");
    expect(() => destinationOf("-", true)).toThrow("several rollouts need a folder");
  });

  it("is no file that is there, unless it may be replaced; what is no file never may", () => {
    writeFileSync(join(folder, "file"), "");

    expect(() => checkFree(join(folder, "file"), false)).toThrow("is there already: --force replaces it");
    expect(() => checkFree(join(folder, "file"), true)).not.toThrow();
    expect(() => checkFree(join(folder, "new"), false)).not.toThrow();
    expect(() => checkFree("/dev/null", true)).toThrow("is no file");
  });
});
