import { existsSync, linkSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { folderWith, rollout, rolloutName, session, shell, threadHistory, turn } from "../support/cli.ts";

const NAME = rolloutName();

/** More output than a pipe holds. */
function longRollout(): string[] {
  return [session(), ...Array.from({ length: 2000 }, (_, index) => turn(`turn-${index}`)).flat()];
}

describe("a reader of standard output that has seen enough", () => {
  it.each(["--emit mutations", "--emit turns"])("ends %s quietly, with exit code 0", async (options) => {
    const folder = folderWith({ [NAME]: longRollout(), [rolloutName(undefined, 1)]: longRollout() });

    const run = await shell(`"$CLI" project ${options} . | head -c 10 >&2; exit "\${PIPESTATUS[0]}"`, folder);

    expect(run).toMatchObject({ code: 0, stdout: "" });
    expect(run.stderr).toMatch(/^\{.{9}$/);
  });

  it("does not change what is said of inputs that cannot be read", async () => {
    const folder = folderWith({ [NAME]: longRollout() });

    const run = await shell(`"$CLI" project --emit mutations none . | head -c 10; exit "\${PIPESTATUS[0]}"`, folder);

    expect(run.code).toBe(1);
    expect(run.stderr).toBe("thread-history: none: no such file or folder (was it moved or deleted?)\n");
  });

  it("may have closed standard error as well", async () => {
    const run = await shell('set -o pipefail; "$CLI" project none 2>&1 >/dev/null | true', folderWith({}));

    expect(run).toEqual({ code: 1, stdout: "", stderr: "" });
  });
});

describe("output that cannot be written", () => {
  it.each(["", "--emit mutations", "--emit turns"])(
    "to standard output (%s) is said, with exit code 1",
    async (options) => {
      const run = await shell(`"$CLI" project ${options} . > /dev/full`, folderWith({ [NAME]: rollout() }));

      expect(run).toEqual({
        code: 1,
        stdout: "",
        stderr: "thread-history: cannot write to standard output: no space left on the device\n",
      });
    },
  );

  it("to the file of --rejects is said, with exit code 1", async () => {
    const folder = folderWith({ [NAME]: [...rollout(), "refused"] });

    const run = await threadHistory(["project", "--rejects", "/dev/full", "."], folder);

    expect(run.code).toBe(1);
    expect(run.stderr).toBe("thread-history: cannot write to /dev/full: no space left on the device\n");
  });

  it.each([
    { args: ["--rejects", "none/rejects"], says: "none/rejects: its folder does not exist" },
    { args: ["--rejects", "."], says: ".: it is a folder" },
    { args: ["--rejects", "file/rejects"], says: "file/rejects: a part of the path is a file" },
    { args: ["--emit", "turns", "--out", "file"], says: "file: a file is in the way" },
    { args: ["--emit", "mutations", "--out", "file/below"], says: "file/below: a file is in the way" },
    { args: ["--emit", "turns", "--out", "taken"], says: "taken/turns.jsonl: it is a folder" },
  ])("because $args names a wrong place is refused at once, with exit code 2", async ({ args, says }) => {
    const folder = folderWith({ [NAME]: rollout(), file: "", "taken/turns.jsonl/x": "" });

    const run = await threadHistory(["project", ...args, NAME], folder);

    expect(run).toEqual({
      code: 2,
      stdout: "",
      stderr: `thread-history: cannot write to ${says} (name another place)\n`,
    });
  });

  it("because it would overwrite an input is refused, and the input stays as it was", async () => {
    const folder = folderWith({ [NAME]: rollout() });
    linkSync(join(folder, NAME), join(folder, "other-name"));
    const before = readFileSync(join(folder, NAME));

    const run = await threadHistory(["project", "--rejects", "other-name", NAME], folder);

    expect(run.code).toBe(2);
    expect(run.stderr).toContain("cannot write to other-name: it is one of the inputs");
    expect(readFileSync(join(folder, NAME))).toEqual(before);
  });
});

describe("output into files", () => {
  it("replaces what an earlier run wrote", async () => {
    const folder = folderWith({ [NAME]: rollout(), "out/turns.jsonl": "something older\n".repeat(1000) });

    const run = await threadHistory(["project", "--emit", "turns", "--out", "out", NAME], folder);
    const printed = await threadHistory(["project", "--emit", "turns", NAME], folder);

    expect(run).toEqual({ code: 0, stdout: "", stderr: "" });
    expect(readFileSync(join(folder, "out/turns.jsonl"), "utf8")).toBe(printed.stdout);
  });

  it("of --rejects is empty when nothing was refused, and not made when the arguments are wrong", async () => {
    const folder = folderWith({ [NAME]: rollout() });

    await threadHistory(["project", "--rejects", "kept", NAME], folder);
    await threadHistory(["project", "--rejects", "never", "--view", "codex", NAME], folder);

    expect(readFileSync(join(folder, "kept"), "utf8")).toBe("");
    expect(existsSync(join(folder, "never"))).toBe(false);
  });
});

describe("the progress bar", () => {
  /** Standard input that stays open long enough for the bar to show. */
  const slow = (options: string) => `(cat ${NAME}; sleep 3; printf '\\n') | "$CLI" project ${options} -`;

  it("does not show in pipes", async () => {
    const run = await shell(slow(""), folderWith({ [NAME]: rollout() }));

    expect(run).toMatchObject({ code: 0, stderr: "" });
  });

  it("shows on a terminal, and is gone before anything else is written", async () => {
    const folder = folderWith({ [NAME]: rollout(), "run.sh": slow("") });

    const run = await shell("script -qec 'bash run.sh' /dev/null < /dev/null", folder);

    const [bar = "", rest = ""] = run.stdout.split("0197a1b2-0000");
    expect(bar).toContain("MB read");
    expect(bar.endsWith("\u001b[2K")).toBe(true);
    expect(rest).not.toContain("\u001b");
  });

  it("does not show where lines of JSON pass over the terminal", async () => {
    const folder = folderWith({ [NAME]: rollout(), "run.sh": slow("--emit turns") });

    const run = await shell("script -qec 'bash run.sh' /dev/null < /dev/null", folder);

    expect(run.stdout).toMatch(/^\{"file":"-"/);
    expect(run.stdout).not.toContain("\u001b");
  });
});
