export {
  ABSENT,
  ARRAY,
  ESCAPED_STRING,
  FALSE,
  JsonDocument,
  type Node,
  NULL,
  NUMBER,
  OBJECT,
  STRING,
  TRUE,
} from "./document.ts";
export {
  type Integer,
  JsonText,
  jsonTextOf,
  parsePlain,
  stringify,
  stringifyPlain,
  stringifyValues,
} from "./json-text.ts";
export { MAX_DEPTH, scan } from "./scan.ts";
export { scanErrorMessage } from "./scan-error.ts";
