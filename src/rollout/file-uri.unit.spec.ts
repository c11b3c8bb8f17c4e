import { Buffer } from "node:buffer";
import { describe, expect, it } from "vitest";
import { pathFromFileUri } from "./file-uri.ts";

const opaque = (bytes: string, encoding: BufferEncoding = "utf8") =>
  `file:///%00/bad/path/${Buffer.from(bytes, encoding).toString("base64url")}`;

describe("paginated §2: the path of a file: URI", () => {
  it.each([
    ["file:///w", "/w", "its path"],
    ["file:///w/", "/w/", "a trailing slash stays"],
    ["file:///", "/", "the root"],
    ["file:///a%20b/%C3%A9", "/a b/é", "percents are decoded"],
    ["file:///a%2525", "/a%25", "once"],
    ["file:///a%2Fb", "/a/b", "slashes too"],
    ["file:///%3F%23", "/?#", "and what would end the path"],
    ["file:///a%FFb%E2%82", "/a\ufffdb\ufffd", "bytes that are not UTF-8 become U+FFFD"],
    ["file:///a%zz%2", "/a%zz%2", "a percent that escapes nothing stays"],
    ["file:///a b/é|^`{}", "/a b/é|^`{}", "what should be escaped need not be"],
    ["file:///a\\b", "/a/b", "a backslash is a slash"],
    ["file:///a%5Cb", "/a\\b", "unless escaped"],
    ["file:///a/./b/../c", "/a/c", ". and .. are folded"],
    ["file:///../../a", "/a", "never above the root"],
    ["file:///a/b/..", "/a/", "leaving their slash"],
    ["file:///a/.", "/a/", "leaving their slash"],
    ["file:///a/%2e%2E/b/%2e", "/b/", "escaped or not"],
    ["file:///a//b//", "/a//b//", "doubled slashes stay"],
    ["file:////a", "/a", "except at the start"],
    ["file:/w/x", "/w/x", "slashes before the host may be missing"],
    ["file:w/x", "/w/x", "all of them"],
    ["file:", "/", "and the path"],
    ["FILE:///W", "/W", "the scheme is in any case"],
    ["file://localhost/a", "/a", "the host may be localhost"],
    ["file://LOCALHOST/a", "/a", "in any case"],
    [" \tfile:///a\tb\n", "/ab", "blanks round it, tabs and line ends are ignored"],
    ["file:///~/a", "/~/a", "~ is an ordinary name"],
  ])("of %j is %j: %s", (uri, path) => expect(pathFromFileUri(uri)).toBe(path));

  it.each([
    ["", "no URI"],
    ["/w", "a path"],
    ["w", "a relative path"],
    ["http:///w", "another scheme"],
    ["file:///a?", "a query"],
    ["file:///a#b", "a fragment"],
    ["file:///a%00b", "a NUL byte"],
    ["file://h:1/s", "a port"],
    ["file://u@h/s", "a user"],
    ["file://u:p@h/s", "a password"],
    ["file://h h/s", "a malformed host"],
    ["\u00a0file:///a", "text before it"],
  ])("%j is not acceptable: %s", (uri) => expect(pathFromFileUri(uri)).toBeUndefined());
});

describe("paginated §2: a URI from Windows gives a Windows path", () => {
  it.each([
    ["file:///C:/Users/A%20B/c.rs", "C:\\Users\\A B\\c.rs"],
    ["file:///c:/x/", "C:\\x\\"],
    ["file:///c%3A/x", "C:\\x"],
    ["file:///C:", "C:\\"],
    ["file:///C:/../..", "C:\\"],
    ["file://C:/x", "C:\\x"],
    ["file://h/s/a", "\\\\h\\s\\a"],
    ["file://Host.Name/s/", "\\\\host.name\\s\\"],
    ["file://[::1]/s", "\\\\[::1]\\s"],
    ["file://h/C:/x", "C:\\x"],
    ["file://h/", "file://h/"],
    ["file:///x/C:/y", "/x/C:/y"],
    ["file:///CC:/x", "/CC:/x"],
  ])("%s is %s", (uri, path) => expect(pathFromFileUri(uri)).toBe(path));
});

describe("paginated §2: a path that no URI can spell is written as its bytes", () => {
  it.each([
    ["POSIX, with a NUL byte", opaque("/a\0b"), "/a\0b"],
    ["POSIX, not UTF-8", opaque("/\xff", "latin1"), "/\ufffd"],
    ["Windows, a drive", opaque("C:\\x", "utf16le"), "C:\\x"],
    ["Windows, a device", opaque("\\\\.\\COM1", "utf16le"), "\\\\.\\COM1"],
    ["Windows, not Unicode", opaque("C:\\\ud800", "utf16le"), "C:\\\ufffd"],
    ["neither: the URI itself", opaque("a"), opaque("a")],
  ])("%s", (_, uri, path) => expect(pathFromFileUri(uri)).toBe(path));

  it.each(["", "YQ==", "YR", "YQ/x", "not*base64"])("with malformed bytes it is not acceptable: %j", (bytes) =>
    expect(pathFromFileUri(`file:///%00/bad/path/${bytes}`)).toBeUndefined(),
  );
});
