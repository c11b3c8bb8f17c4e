import type { Random } from "../random.ts";
import type { Fields, Style, Value } from "./written.ts";

const ODD_TIMESTAMPS = [
  "",
  "yesterday",
  "2026-06-05",
  "2026-06-05T10:00:00",
  "2026-06-05 10:00:00Z",
  "2026-06-05t10:00:00z",
  "2026-06-05T10:00:00+02:00",
  "2026-06-05T10:00:00.123456789Z",
  "2026-06-05T23:59:60Z",
  "2026-02-30T10:00:00Z",
  "2026-06-05T10:00Z",
  "2026-06-05T10:00:00-0000",
  "1969-12-31T23:59:59.999Z",
  "+12026-06-05T10:00:00Z",
] as const;

/** A line's own keys spoiled: what says what the line is, rather than what is in it. */
export function spoiledFrame(line: Fields, random: Random): Fields {
  const junk = random.pick<Value>([null, 5, "text", [], true]);
  switch (random.below(6)) {
    case 0:
      return { ...line, timestamp: random.pick([undefined, null, 5]) };
    case 1:
      return { ...line, type: random.pick([undefined, null, 5, "not_yet_invented", "EVENT_MSG", ""]) };
    case 2:
      return { ...line, payload: random.pick<Value | undefined>([undefined, junk]) };
    case 3:
      return { ...line, unknown: junk };
    default:
      return { ...line, timestamp: random.pick(ODD_TIMESTAMPS) };
  }
}

/** Text that is no line at all, or a torn one. */
export function brokenText(text: string, random: Random): string {
  switch (random.below(8)) {
    case 0:
      return "";
    case 1:
      return random.pick([
        "   ",
        "\t",
        "{}",
        "[]",
        "null",
        "5",
        '"text"',
        "{",
        "}",
        "not JSON",
        '{"a":}',
        "\u2028",
        "//",
      ]);
    case 2:
      return `${text}${random.pick(["}", ",", " x", text])}`;
    case 3:
      return text.replace(/"/, random.pick(["", "'"]));
    case 4:
      return text.replace(/:/, random.pick(["", "::", "="]));
    default:
      return text.slice(0, random.below(text.length));
  }
}

/** Blanks around a line mean nothing. */
export function padded(text: string, random: Random): string {
  return random.pick([" ", "\t", "  ", ""]) + text + random.pick([" ", "\t", "\r", ""]);
}

export function styleOf(random: Random): Style {
  return { shuffleKeys: random.chance(0.6), escapes: random.pick(["few", "many"]), blanks: random.chance(0.4) };
}
