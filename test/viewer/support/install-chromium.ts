import { spawnSync } from "node:child_process";
import { chromiumPath } from "./chromium-path.ts";

/** Before the suite, so that none of it is ever left out: Debian's package, where there is no Chromium. */
export function setup(): void {
  if (chromiumPath() !== null) return;
  const sudo = process.getuid?.() === 0 ? [] : ["sudo", "-n"];
  for (const step of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    const [program = "", ...args] = [...sudo, "apt-get", ...step];
    const { status, error } = spawnSync(program, args, {
      stdio: "inherit",
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
    if (error !== undefined || status !== 0)
      throw new Error(
        `no Chromium, and \`${[program, ...args].join(" ")}\` failed: install one, or name it in CHROMIUM`,
        { cause: error },
      );
  }
  if (chromiumPath() === null)
    throw new Error("Debian's package chromium brought no program of that name: name one in CHROMIUM");
}
