import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { z } from "zod";
import { ROOT } from "../../root.ts";
import type { Checks } from "../checks.ts";
import { run } from "../run.ts";

const FILE = "docker-compose.yml";

const composeFile = z.looseObject({
  services: z.record(
    z.string(),
    z.looseObject({
      image: z.string().optional(),
      build: z.looseObject({ target: z.string().optional() }).optional(),
      command: z.union([z.string(), z.array(z.string())]).nullish(),
      stop_grace_period: z.string().optional(),
    }),
  ),
});

/** Whether Compose takes docker-compose.yml, and what it says of our image holds. */
export function checkCompose(compose: readonly string[], drainMs: number, checks: Checks): void {
  const expect = (holds: boolean, wrong: string, remedy: string) => checks.expect(holds, FILE, wrong, remedy);
  expect(existsSync(join(ROOT, FILE)), "the file is missing", "Restore it");
  if (!existsSync(join(ROOT, FILE))) return;
  const result = run([...compose, "-f", FILE, "config"], { cwd: ROOT });
  expect(
    result.outcome === "done",
    result.outcome === "failed" ? result.reason : "",
    `Correct it; ${compose.join(" ")} config shows the same`,
  );
  if (result.outcome === "failed") return;

  const stages = [...readFileSync(join(ROOT, "Dockerfile"), "utf8").matchAll(/^FROM .* AS (\w+)$/gm)].map(
    ([, name]) => name,
  );
  for (const [name, service] of Object.entries(composeFile.parse(parse(result.output)).services)) {
    if (service.build === undefined) {
      const pinned = /@sha256:|:(?!latest$)[^/:]+$/.test(service.image ?? "");
      expect(pinned, `service ${name} takes whatever ${service.image} is today`, "Give its image a version");
      continue;
    }
    const { target } = service.build;
    expect(
      target !== undefined && stages.includes(target),
      `service ${name} builds ${target}, which the Dockerfile has not`,
      "Set target: runtime",
    );
    if (![service.command ?? []].flat().join(" ").startsWith("worker")) continue;
    const graceMs = milliseconds(service.stop_grace_period ?? "10s");
    expect(
      graceMs > drainMs,
      `service ${name} is killed ${graceMs / 1000} s after it was told to stop, in the middle of draining`,
      `Set stop_grace_period to more than worker.drainMs, ${drainMs / 1000}s`,
    );
  }
}

/** `1m30s` */
function milliseconds(duration: string): number {
  const units: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };
  return [...duration.matchAll(/([\d.]+)(ms|s|m|h)/g)].reduce(
    (sum, [, count, unit = ""]) => sum + Number(count) * (units[unit] ?? 0),
    0,
  );
}
