/** What takes the place of a stretch of text or bytes. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  /** The rule's place among the rules: of edits that overlap, the earlier rule's text is used. */
  readonly rule: number;
  /** Whether it is the first edit of its value. */
  readonly isFirst: boolean;
  /** Whether it puts a string where none was. */
  readonly changesKind: boolean;
}

/** In order, with those that overlap made one: nothing that a rule matched is left over. */
export function merged(edits: readonly Edit[]): Edit[] {
  const sorted = edits.toSorted((a, b) => a.start - b.start || a.rule - b.rule);
  const apart: Edit[] = [];
  for (const edit of sorted) {
    const last = apart.at(-1);
    if (last === undefined || edit.start >= last.end) apart.push(edit);
    else apart[apart.length - 1] = union(last, edit);
  }
  return apart;
}

function union(a: Edit, b: Edit): Edit {
  const first = b.rule < a.rule ? b : a;
  return { ...first, start: Math.min(a.start, b.start), end: Math.max(a.end, b.end), isFirst: a.isFirst || b.isFirst };
}

/** Marks the first of the edits of one value. */
export function ofOneValue(edits: readonly Edit[]): Edit[] {
  return edits.map((edit, i) => ({ ...edit, isFirst: i === 0 }));
}

/** Edits in order, in other units; `place` is asked for ascending indexes. */
export function moved(
  edits: readonly Edit[],
  place: (index: number) => number,
  spelled: (text: string) => string = (text) => text,
): Edit[] {
  return edits.map((edit) => {
    const start = place(edit.start);
    return { ...edit, start, end: place(edit.end), text: spelled(edit.text) };
  });
}

/** The bytes with every edit made; all others are as they were. */
export function applied(bytes: Buffer, edits: readonly Edit[]): Buffer {
  const parts: Buffer[] = [];
  let at = 0;
  for (const { start, end, text } of edits) {
    parts.push(bytes.subarray(at, start), Buffer.from(text));
    at = end;
  }
  parts.push(bytes.subarray(at));
  return Buffer.concat(parts);
}
