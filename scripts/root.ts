import { dirname } from "node:path";

/** The folder of the package. */
export const ROOT = dirname(import.meta.dirname);
