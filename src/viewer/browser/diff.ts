/** A line of a diff, with its numbers in the old and the new file. */
export interface DiffLine {
  readonly type: "added" | "removed" | "same" | "hunk" | "note";
  readonly text: string;
  readonly before: number | null;
  readonly after: number | null;
}

export interface Diff {
  readonly lines: readonly DiffLine[];
  readonly added: number;
  readonly removed: number;
}

/** Reads what an item says of a file: a unified diff, or the whole content of a file that is new or gone. */
export function diffOf(kind: string, text: string): Diff {
  const isDiff = /^@@ /m.test(text) && kind === "update";
  const lines = isDiff ? unified(text) : whole(kind, text);
  const counted = (type: DiffLine["type"]) => lines.reduce((n, line) => n + (line.type === type ? 1 : 0), 0);
  return { lines, added: counted("added"), removed: counted("removed") };
}

function whole(kind: string, text: string): DiffLine[] {
  const type = kind === "add" ? "added" : kind === "delete" ? "removed" : "same";
  return linesOf(text).map((line, index) => ({
    ...{ type, text: line },
    before: type === "added" ? null : index + 1,
    after: type === "removed" ? null : index + 1,
  }));
}

function unified(text: string): DiffLine[] {
  let [before, after] = [0, 0];
  /** Lines of the hunk that are still to come. Codex may add words of its own below the last one. */
  let [beforeLeft, afterLeft] = [0, 0];
  return linesOf(text).flatMap((line): DiffLine[] => {
    const hunk = HUNK.exec(line)?.groups;
    if (hunk !== undefined) {
      [before, after] = [Number(hunk.before), Number(hunk.after)];
      [beforeLeft, afterLeft] = [Number(hunk.beforeCount ?? 1), Number(hunk.afterCount ?? 1)];
      return [{ type: "hunk", text: line, before: null, after: null }];
    }
    if (line.startsWith("\\")) return [note(line)];
    if (beforeLeft <= 0 && afterLeft <= 0) return line === "" ? [] : [note(line)];
    const [sign, rest] = [line.slice(0, 1), line.slice(1)];
    if (sign !== "+") beforeLeft -= 1;
    if (sign !== "-") afterLeft -= 1;
    if (sign === "+") return [{ type: "added", text: rest, before: null, after: after++ }];
    if (sign === "-") return [{ type: "removed", text: rest, before: before++, after: null }];
    return [{ type: "same", text: rest, before: before++, after: after++ }];
  });
}

const HUNK = /^@@ -(?<before>\d+)(?:,(?<beforeCount>\d+))? \+(?<after>\d+)(?:,(?<afterCount>\d+))? @@/;

function note(text: string): DiffLine {
  return { type: "note", text, before: null, after: null };
}

function linesOf(text: string): string[] {
  const lines = text.split("\n");
  if (lines.at(-1) === "") lines.pop();
  return lines;
}
