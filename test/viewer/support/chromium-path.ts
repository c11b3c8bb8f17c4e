import { existsSync } from "node:fs";

const USUAL = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The program of a Chromium on this machine: that of the environment variable CHROMIUM, else one at a usual place. */
export function chromiumPath(): string | null {
  return [process.env.CHROMIUM ?? "", ...USUAL].find((path) => path !== "" && existsSync(path)) ?? null;
}
