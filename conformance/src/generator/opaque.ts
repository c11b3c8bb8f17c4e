import type { Random } from "../random.ts";
import { Raw } from "./written.ts";

const ODD_NUMBERS = [
  "1.0",
  "0.10",
  "-0",
  "-0.0",
  "0",
  "1e3",
  "1E3",
  "1e+3",
  "1E-7",
  "-1.5e-10",
  "1.0e2",
  "10e5",
  "123456789012345678",
  "9007199254740993",
  "9223372036854775807",
  "-9223372036854775808",
  "18446744073709551615",
  "0.1e1",
  "3.141592653589793238462643",
  "1e300",
] as const;
const KEYS = [
  "a",
  "b",
  "path",
  "10",
  "2",
  "1",
  "0",
  "-1",
  "__proto__",
  "constructor",
  "toString",
  "",
  " ",
  "é",
  "💥",
  'a"b',
  "\u2028",
] as const;
const STRINGS = ["", "x", "two words", "1.0", '"', "\\", "\n", "💥", "\u2028", "\u0000"] as const;

/** JSON that nobody looks into: MCP arguments, results, search results. Without `odd`, only plain values. */
export function opaque(random: Random, odd: boolean, depth = 3): Raw {
  return new Raw(value(random, odd, depth));
}

/** As above, but always an object. */
export function opaqueObject(random: Random, odd: boolean): Raw {
  return new Raw(object(random, odd, 3));
}

function value(random: Random, odd: boolean, depth: number): string {
  switch (random.below(depth === 0 ? 4 : 7)) {
    case 0:
      return random.pick(["null", "true", "false"]);
    case 1:
      return number(random, odd);
    case 2:
    case 3:
      return odd ? JSON.stringify(random.pick(STRINGS)) : '"text"';
    case 4:
      return `[${random.list(3, () => value(random, odd, depth - 1)).join(",")}]`;
    default:
      return object(random, odd, depth);
  }
}

function object(random: Random, odd: boolean, depth: number): string {
  const keys = random.list(4, () => (odd ? random.pick(KEYS) : random.pick(["a", "b", "c", "path"])));
  const distinct = odd && random.chance(0.2) ? keys : [...new Set(keys)];
  return `{${distinct.map((key) => `${JSON.stringify(key)}:${value(random, odd, depth - 1)}`).join(",")}}`;
}

function number(random: Random, odd: boolean): string {
  return odd ? random.pick(ODD_NUMBERS) : String(random.between(-5, 500));
}
