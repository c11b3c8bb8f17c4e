import { hash, timingSafeEqual } from "node:crypto";
import { parse } from "yaml";
import { z } from "zod";
import type { ThreadScope } from "../read-model/index.ts";

/** Somebody who may read, and what. */
export interface Token {
  /** For the log. */
  readonly name: string;
  readonly sha256: Buffer;
  readonly scope: ThreadScope;
}

/** The tokens in a file are not as they should be. The message says where. */
export class TokensError extends Error {
  override readonly name = "TokensError";
}

/** Short secrets can be guessed. */
const SHORTEST_TOKEN = 16;

/** Each is a condition of every query of the token. */
const MOST_OF_A_SCOPE = 100;

const entry = z
  .strictObject({
    name: z.string().min(1),
    token: z.string().min(SHORTEST_TOKEN).optional(),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/i)
      .optional(),
    cwds: z.array(z.string().min(1)).max(MOST_OF_A_SCOPE).default([]),
    sourceKinds: z.array(z.string().min(1)).max(MOST_OF_A_SCOPE).default([]),
  })
  .refine(({ token, sha256 }) => (token === undefined) !== (sha256 === undefined), {
    error: "has either a token or the sha256 of one",
  });
const tokensFile = z.array(entry).min(1);

/**
 * The tokens in a file's text, YAML or JSON: a list of `{name, token | sha256, cwds?, sourceKinds?}`.
 *
 * @throws TokensError
 */
export function tokensIn(text: string): Token[] {
  const found = tokensFile.safeParse(parsed(text));
  if (!found.success) {
    const problems = found.error.issues.map(({ path, message }) => `${path.join(".") || "the file"}: ${message}`);
    throw new TokensError(problems.join("; "));
  }
  return found.data.map(({ name, token, sha256, cwds, sourceKinds }) => ({
    name,
    sha256: Buffer.from(sha256 ?? hash("sha256", token ?? ""), "hex"),
    scope: { cwds, sourceKinds },
  }));
}

function parsed(text: string): unknown {
  try {
    return parse(text);
  } catch (error) {
    throw new TokensError(`is neither YAML nor JSON: ${error instanceof Error ? error.message : String(error)}`, {
      cause: error,
    });
  }
}

/** Whose token it is. Takes as long for every wrong one: hashes are compared, and all of them. */
export function tokenOf(given: string, tokens: readonly Token[]): Token | null {
  const sha256 = Buffer.from(hash("sha256", given), "hex");
  let found: Token | null = null;
  for (const token of tokens) if (timingSafeEqual(token.sha256, sha256)) found = token;
  return found;
}
