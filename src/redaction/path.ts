/** One step of a path: any number of steps, a name or an index, or a name with `*` for any characters in it. */
export type Step =
  | { readonly kind: "any-depth" }
  | { readonly kind: "any" }
  | { readonly kind: "index"; readonly index: string }
  | { readonly kind: "name"; readonly name: string; readonly text: string }
  | { readonly kind: "glob"; readonly parts: readonly string[]; readonly matches: RegExp };

/** `payload.*.env`, `**.authorization`, `payload."a.b"`, `**.*_token`. The case of A to Z does not count. */
export interface RulePath {
  readonly text: string;
  readonly steps: readonly Step[];
}

const PATH = /^(?:"[^"]+"|[^."]+)(?:\.(?:"[^"]+"|[^."]+))*$/;
const STEP = /"[^"]+"|[^."]+/g;

export function isPath(text: string): boolean {
  return PATH.test(text);
}

export function parsePath(text: string): RulePath {
  return { text, steps: (text.match(STEP) ?? []).map(stepOf) };
}

function stepOf(text: string): Step {
  if (text === "**") return { kind: "any-depth" };
  if (text === "*") return { kind: "any" };
  if (/^\d+$/.test(text)) return { kind: "index", index: text };
  if (text.startsWith('"')) return nameStep(text.slice(1, -1));
  const parts = inLowerCase(text).split("*");
  if (parts.length === 1) return nameStep(text);
  return { kind: "glob", parts, matches: new RegExp(`^${parts.map(literally).join("[^]*")}$`) };
}

function nameStep(text: string): Step {
  return { kind: "name", name: inLowerCase(text), text };
}

function inLowerCase(name: string): string {
  return name.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}

/** The pattern of exactly this text. */
function literally(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

function fits(step: Step, name: string): boolean {
  switch (step.kind) {
    case "any-depth":
    case "any":
      return true;
    case "index":
      return step.index === name;
    case "name":
      return step.name === name;
    case "glob":
      return step.matches.test(name);
  }
}

/** How far a path has been followed. */
interface Followed<T> {
  readonly path: RulePath;
  readonly at: number;
  readonly of: T;
}

/** Paths on the way down a document: where they stand after the steps taken so far. */
export class Trail<T> {
  readonly #followed: readonly Followed<T>[];

  private constructor(followed: readonly Followed<T>[]) {
    this.#followed = followed;
  }

  /** At the top of a document. */
  static of<T>(paths: Iterable<{ readonly path: RulePath; readonly of: T }>): Trail<T> {
    return new Trail([...paths].flatMap(({ path, of }) => withSkipped({ path, at: 0, of })));
  }

  /** After going to a member of this name, or to an element of this index. */
  down(name: string): Trail<T> {
    if (this.#followed.length === 0) return this;
    const lower = inLowerCase(name);
    const next: Followed<T>[] = [];
    for (const followed of this.#followed) {
      const { path, at, of } = followed;
      const step = path.steps[at];
      if (step === undefined || !fits(step, lower)) continue;
      if (step.kind === "any-depth") next.push(followed);
      else next.push(...withSkipped({ path, at: at + 1, of }));
    }
    return new Trail(withSkippedAll(next));
  }

  /** What the paths that end here are of, in the order they were given. */
  ended(): T[] {
    return this.#followed.filter(({ path, at }) => at === path.steps.length).map(({ of }) => of);
  }
}

/** `**` stands for no step, too. */
function withSkipped<T>({ path, at, of }: Followed<T>): Followed<T>[] {
  const all: Followed<T>[] = [{ path, at, of }];
  for (let next = at; path.steps[next]?.kind === "any-depth"; next++) all.push({ path, at: next + 1, of });
  return all;
}

/** The same place of the same path once, `**` skipped. */
function withSkippedAll<T>(followed: readonly Followed<T>[]): Followed<T>[] {
  const known = new Map<RulePath, Set<number>>();
  const distinct: Followed<T>[] = [];
  for (const one of followed.flatMap(withSkipped)) {
    const places = known.get(one.path) ?? new Set();
    if (places.has(one.at)) continue;
    known.set(one.path, places.add(one.at));
    distinct.push(one);
  }
  return distinct;
}

/**
 * Matches the last name of a path as a key, up to its value; undefined when the path has no name. What the path leads to is
 * always at or below such a key.
 */
export function keyPattern(path: RulePath): RegExp | undefined {
  const parts = lastNameOf(path);
  if (parts === undefined) return undefined;
  // A key may hold quotes, and its beginning be far: its end is enough where there is one.
  const end = parts.at(-1) === "" ? parts.map(literally).join('[^"\\\\]{0,256}') : literally(parts.at(-1) ?? "");
  return new RegExp(`${parts.at(-1) === "" || parts.length === 1 ? '"' : ""}${end}"\\s*:\\s*`, "i");
}

/** Matches wherever the last name of one of the paths is a key, and elsewhere perhaps; undefined when nothing can be told. */
export function keyTrace(paths: readonly RulePath[]): RegExp | undefined {
  const names = paths.map((path) => lastNameOf(path) ?? [""]);
  if (names.some((parts) => parts.every((part) => part === ""))) return undefined;
  const ends = names.map((parts) => parts.at(-1) ?? "").filter((end) => end !== "");
  const beginnings = names.filter((parts) => parts.at(-1) === "").map((parts) => longest(parts));
  // What ends in the end of another name is found with that.
  const shortest = ends.filter((end) => !ends.some((other) => other !== end && end.endsWith(other)));
  const asKey = shortest.length === 0 ? [] : [`(?:${[...new Set(shortest)].sort().map(literally).join("|")})"\\s*:`];
  return new RegExp([...asKey, ...beginnings.map(literally)].join("|"), "i");
}

function longest(parts: readonly string[]): string {
  return parts.reduce((one, other) => (other.length > one.length ? other : one), "");
}

function lastNameOf({ steps }: RulePath): readonly string[] | undefined {
  const named = steps.findLast((step) => step.kind === "name" || step.kind === "glob");
  return named?.kind === "name" ? [named.name] : named?.parts;
}
