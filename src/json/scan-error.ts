export const NO_ERROR = 0;
export const UNEXPECTED_BYTE = 1;
export const UNEXPECTED_END = 2;
export const BAD_ESCAPE = 3;
export const LONE_SURROGATE = 4;
export const CONTROL_CHARACTER = 5;
export const BAD_NUMBER = 6;
export const INTEGER_TOO_LARGE = 7;
export const TOO_DEEP = 8;
export const TRAILING_BYTES = 9;

export type ScanErrorCode = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;

const MESSAGES: Readonly<Record<ScanErrorCode, string>> = {
  [NO_ERROR]: "no error",
  [UNEXPECTED_BYTE]: "unexpected byte",
  [UNEXPECTED_END]: "the text ends inside a value",
  [BAD_ESCAPE]: "unknown escape in a string",
  [LONE_SURROGATE]: "lone surrogate escape in a string",
  [CONTROL_CHARACTER]: "control character in a string",
  [BAD_NUMBER]: "malformed number",
  [INTEGER_TOO_LARGE]: "integer outside 64 bits",
  [TOO_DEEP]: "nested too deep",
  [TRAILING_BYTES]: "bytes after the value",
};

/** What a scan error means, for people. */
export function scanErrorMessage(code: ScanErrorCode): string {
  return MESSAGES[code];
}
