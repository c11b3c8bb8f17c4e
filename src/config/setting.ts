import { z } from "zod";

/** What the documentation and the error messages say of a setting. */
export interface SettingDoc {
  /** What it is, and for a limit why it has its default. */
  readonly doc: string;
  /** Which values there are, for people. */
  readonly allowed: string;
  readonly preset: string | number | boolean | readonly string[] | null;
}

/** Every setting of the schema is in it. */
export const settingDocs = z.registry<SettingDoc>();

/** A whole number. */
export function whole(preset: number, [min, max]: readonly [min: number, max: number], doc: string) {
  const allowed = `a whole number from ${grouped(min)} to ${grouped(max)}`;
  return z
    .preprocess(numberOfText, z.int().min(min).max(max))
    .default(preset)
    .register(settingDocs, { doc, allowed, preset });
}

/** A whole number, or nothing: then the value is left to somebody else. */
export function optionalWhole([min, max]: readonly [min: number, max: number], doc: string) {
  const allowed = `a whole number from ${grouped(min)} to ${grouped(max)}`;
  return z
    .preprocess(numberOfText, z.int().min(min).max(max).nullable())
    .default(null)
    .register(settingDocs, { doc, allowed, preset: null });
}

/** Yes or no. */
export function flag(preset: boolean, doc: string) {
  return z
    .preprocess((value) => (value === "true" ? true : value === "false" ? false : value), z.boolean())
    .default(preset)
    .register(settingDocs, { doc, allowed: "true or false", preset });
}

/** One of a few words. */
export function choice<const Word extends string>(preset: NoInfer<Word>, words: readonly Word[], doc: string) {
  return z
    .enum(words)
    .default(() => preset)
    .register(settingDocs, { doc, allowed: words.join(", "), preset });
}

/** Some of a few words, each once; in the environment with commas between them. */
export function choices<const Word extends string>(words: readonly Word[], doc: string) {
  const someWords = z
    .array(z.enum(words))
    .min(1)
    .transform((some) => words.filter((word) => some.includes(word)));
  return z
    .preprocess(listOfText, someWords)
    .default([...words])
    .register(settingDocs, { doc, allowed: `one or more of ${words.join(", ")}`, preset: words });
}

/** A text with a form, or nothing. */
export function text(form: TextForm, doc: string) {
  return z
    .string()
    .regex(form.pattern)
    .nullable()
    .default(null)
    .register(settingDocs, { doc, allowed: form.allowed, preset: null });
}

/** A text with a form that is never missing. */
export function namedText(preset: string, form: TextForm, doc: string) {
  return z.string().regex(form.pattern).default(preset).register(settingDocs, { doc, allowed: form.allowed, preset });
}

/** Texts of one form; in the environment with commas between them. */
export function list(form: TextForm, doc: string) {
  return z
    .preprocess(listOfText, z.array(z.string().regex(form.pattern)))
    .default([])
    .register(settingDocs, { doc, allowed: `a list of ${form.allowed}`, preset: [] });
}

interface TextForm {
  readonly pattern: RegExp;
  readonly allowed: string;
}

/** Forms of texts. */
export const form = {
  any: { pattern: /^[^\p{Cc}]+$/u, allowed: "a text" },
  file: { pattern: /^[^\0]+$/, allowed: "the path of a file" },
  hostPort: { pattern: /^(\[[0-9A-Fa-f:.]+\]|[^\s:/@,]+):[0-9]{1,5}$/, allowed: "host:port" },
  httpUrl: { pattern: /^https?:\/\/[^\s/]+\S*$/, allowed: "a URL that begins with http:// or https://" },
  origin: {
    pattern: /^https?:\/\/[^\s/A-Z]+$/,
    allowed: "an origin as browsers write it: http:// or https://, a name in small letters, no path",
  },
  hostName: {
    pattern: /^(\[[0-9a-f:.]+\]|[^\s:/@A-Z\p{Cc}]+)$/u,
    allowed: "a name in small letters, without a port",
  },
  redisUrl: { pattern: /^rediss?:\/\/[^\s/]+\S*$/, allowed: "a URL that begins with redis:// or rediss://" },
  postgresUrl: {
    pattern: /^postgres(ql)?:\/\/[^\s/]+\S*$/,
    allowed: "a URL that begins with postgres:// or postgresql://",
  },
  /** A topic's name has at most 249 characters; ours end in at most 16 of their own. */
  prefix: {
    pattern: /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,199}$/,
    allowed: "1 to 200 letters, digits, dots, underscores and hyphens, not beginning with a dot",
  },
} as const satisfies Record<string, TextForm>;

/**
 * For a rule between settings: it is examined as soon as these are good, whatever else is wrong, so that all errors are told
 * at once.
 */
export function given(...names: readonly string[]) {
  return (payload: z.core.ParsePayload): boolean =>
    !payload.issues.some(({ path, code }) => code !== "unrecognized_keys" && names.includes(String(path?.[0])));
}

function numberOfText(value: unknown): unknown {
  return typeof value === "string" && /^[0-9]+$/.test(value) ? Number(value) : value;
}

function listOfText(value: unknown): unknown {
  if (typeof value !== "string") return value;
  return value
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** `8388608` reads badly; JSON and YAML take it without the separators. */
function grouped(value: number): string {
  return value.toLocaleString("en-US");
}
