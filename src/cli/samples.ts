import { fileURLToPath } from "node:url";

/** The real rollouts that come with the program. */
export const SAMPLES = fileURLToPath(new URL("../../samples", import.meta.url));
