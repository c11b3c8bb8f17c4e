import { describe, expect, it } from "vitest";
import { joinPath } from "./paths.ts";

describe("reduction §9, paginated §2: the path of a read is joined to the folder of its command", () => {
  it.each([
    ["a name", "a", "/w/x/a"],
    ["a path", "a/b", "/w/x/a/b"],
    ["the folder itself", ".", "/w/x"],
    ["nothing", "", "/w/x"],
    ["a folder above", "../a", "/w/a"],
    ["the root, which has nothing above", "../../../a", "/a"],
    ["a step down and up", "a/..", "/w/x"],
    ["doubled and trailing slashes", "a//b/", "/w/x/a/b"],
    ["dots that are names", ".../a/..b", "/w/x/.../a/..b"],
    ["percents, question marks and number signs", "%20?a#b", "/w/x/%20?a#b"],
    ["blanks and letters beyond ASCII", " é/ü ", "/w/x/ é/ü "],
    ["backslashes", "a\\..\\b", "/w/x/a\\..\\b"],
    ["a Windows path", "C:/a", "/w/x/C:/a"],
    ["tabs and line breaks, which are lost", "a\tb\r\nc", "/w/x/abc"],
  ])("%s", (_, path, joined) => expect(joinPath("/w/x", path)).toBe(joined));

  it("D9: ~ is an ordinary name", () => {
    expect(joinPath("/w/x", "~")).toBe("/w/x/~");
    expect(joinPath("/w/x", "~/a")).toBe("/w/x/~/a");
    expect(joinPath("/w/x", "~b/a")).toBe("/w/x/~b/a");
  });

  it.each([
    ["/a/b", "/a/b"],
    ["/", "/"],
    ["/a/./b/../c", "/a/c"],
    ["/..", "/"],
    ["//a//b", "/a/b"],
    ["/a/b//", "/a/b/"],
    ["/a/.", "/a"],
    ["/a/../", "/"],
    ["/C:/a/", "/C:/a/"],
  ])("an absolute path ignores the folder and keeps one trailing slash: %s is %s", (path, joined) =>
    expect(joinPath("/w/x", path)).toBe(joined),
  );

  it.each([
    ["/w/x/", "a", "/w/x/a"],
    ["/w/x/", ".", "/w/x"],
    ["/w/x/", "", "/w/x/"],
    ["/w//x", "a", "/w//x/a"],
    ["/w//x", "../a", "/w//a"],
    ["/", "a", "/a"],
    ["/", "..", "/"],
    ["/", "c:/a", "C:\\a"],
  ])("the folder %s is taken as it is: %s is %s", (cwd, path, joined) => expect(joinPath(cwd, path)).toBe(joined));

  it("there is none with a NUL character, nor from what is no path", () => {
    expect(joinPath("/w", "a\0b")).toBeUndefined();
    expect(joinPath("file:///%00/bad/path/YQ", "a")).toBeUndefined();
  });
});

describe("paginated §2: a folder of Windows is joined as Windows does", () => {
  it.each([
    ["a/b\\c", "C:\\x\\a\\b\\c"],
    ["..\\..\\a", "C:\\a"],
    ["/a/b/", "C:\\a\\b"],
    ["\\a", "C:\\a"],
    ["c:\\a\\..\\b\\", "C:\\b\\"],
    ["D:/a", "D:\\a"],
    ["C:a", "C:\\x\\a"],
    ["\\\\Host\\share\\..\\a", "\\\\host\\share\\a"],
    ["//host/share/a", "\\\\host\\share\\a"],
    ["\\\\host", "C:\\x\\host"],
    ["\\\\a b\\share", "\\\\a b\\share"],
    ["\\\\?\\C:\\a", "C:\\a"],
    ["\\\\.\\COM1", "\\\\.\\COM1"],
    ["", "C:\\x\\"],
    [".", "C:\\x"],
  ])("C:\\x\\ and %s are %s", (path, joined) => expect(joinPath("C:\\x\\", path)).toBe(joined));

  it.each([
    ["a", "\\\\h\\s\\x\\a"],
    ["..\\..\\..", "\\\\h\\s"],
    ["/", "\\\\h\\s"],
    ["C:/a", "C:\\a"],
  ])("\\\\h\\s\\x and %s are %s", (path, joined) => expect(joinPath("\\\\h\\s\\x", path)).toBe(joined));

  it("another drive's own folder is not known", () => {
    expect(joinPath("C:\\x", "D:a")).toBeUndefined();
    expect(joinPath("\\\\h\\s", "C:a")).toBeUndefined();
  });
});
